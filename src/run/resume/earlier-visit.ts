// Collects the events of one visit of a node.
import type { InexactValue, StorePatch } from '../../events/content-events.ts';
import type { EventDraft, LogEvent } from '../../events/event.ts';
import { draftOf, patchesOfItem } from '../../wrappers/record-node.ts';
import type { NodePlace } from '../../wrappers/recorder.ts';

export interface Visit {
  readonly place: NodePlace;
  readonly node_type: string;
  readonly isRestored: boolean;
  patches: StorePatch[];
  inexact: InexactValue[];
  resolved: Record<string, unknown>;
  events: EventDraft[];
  hasItem: boolean;
}

export function emptyVisit(place: NodePlace, node_type: string, isRestored: boolean): Visit {
  return {
    place,
    node_type,
    isRestored,
    patches: [],
    inexact: [],
    resolved: {},
    events: [],
    hasItem: false,
  };
}

export function addContent(visit: Visit, event: LogEvent): void {
  switch (event.type) {
    case 'store.changed':
      visit.patches.push(...event.data.patches);
      visit.inexact.push(...(event.data.inexact ?? []));
      return;
    case 'item.produced':
      visit.hasItem = true;
      visit.patches.push(...patchesOfItem(event.data.outputs));
      visit.inexact.push(...(event.data.inexact ?? []));
      return;
    case 'template.resolved':
      visit.resolved[event.data.param] = event.data.value;
      return;
    case 'llm.completed':
      visit.events.push(draftOf(event));
      return;
    default:
  }
}

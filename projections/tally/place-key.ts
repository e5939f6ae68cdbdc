// Names the parts of a run by which events of a node belong together.
import type { LogEvent } from '../../src/events/event.ts';
import { phaseOf } from './phase-tally.ts';

/** Names what runs: a node, one of its visits, or one of its items. */
export function placeKey(event: LogEvent): string {
  const { node = '', visit = 1, item } = event;
  const phase = phaseOf(event);
  // Most of them: putting a key together takes longer than the rest.
  if (phase === 'workflow' && visit === 1 && item === undefined) return node;
  return `${phase}\n${String(visit)}\n${String(item ?? '')}\n${node}`;
}

// Collects what neither the timeline nor the steps keep: restored visits, and decisions about approvals.
import type { EventOf, LogEvent } from '../events/event.ts';

/** A visit, or an item of one, that an earlier run completed. */
export interface RestoredVisit {
  readonly node: string;
  readonly node_type: string;
  readonly visit: number;
  /** Undefined for the node as a whole. */
  readonly item: number | undefined;
  readonly ms: number;
  /** Where it ran. */
  readonly from: EventOf<'node.restored'>['data']['from'];
}

export interface RunMarks {
  readonly restored: readonly RestoredVisit[];
  /** The last decision about each node, by its path. */
  readonly approvals: ReadonlyMap<string, EventOf<'node.approval'>['data']['decision']>;
}

/** The types that it reads. */
export const MARKED: readonly LogEvent['type'][] = ['node.approval', 'node.restored'];

export interface MarksFold {
  add(event: LogEvent): void;
  /** Later events do not change it. */
  marks(): RunMarks;
}

export function startMarksFold(): MarksFold {
  const restored: RestoredVisit[] = [];
  const approvals = new Map<string, EventOf<'node.approval'>['data']['decision']>();
  return {
    add(event) {
      const { node = '', visit = 1, item, ms } = event;
      if (event.type === 'node.approval') approvals.set(node, event.data.decision);
      if (event.type !== 'node.restored') return;
      const { node_type, from } = event.data;
      restored.push({ node, node_type, visit, item, ms, from });
    },
    marks: () => ({ restored: [...restored], approvals: new Map(approvals) }),
  };
}

/** Lists the nodes with this last decision. The order is that of their first request. */
export function nodesWith(
  { approvals }: RunMarks,
  decision: EventOf<'node.approval'>['data']['decision'],
): string[] {
  return [...approvals].flatMap(([node, last]) => (last === decision ? [node] : []));
}

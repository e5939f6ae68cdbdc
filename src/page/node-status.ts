// Decides what a node, an item or a call is shown as. Graph, waterfall, panel and Markdown show the same.
import type { TimelineSpan } from '../../projections/timeline/schema.ts';
import type { RunModel } from './run-model.ts';

/** `cut`: the log ends while it ran. `upcoming`: it has not run yet. */
export type NodeStatus = TimelineSpan['status'] | 'cut' | 'restored' | 'idle' | 'upcoming';

export interface StatusText {
  readonly mark: string;
  readonly word: string;
}

export const STATUS_TEXTS: Readonly<Record<NodeStatus, StatusText>> = {
  completed: { mark: '✓', word: 'completed' },
  failed: { mark: '✗', word: 'failed' },
  denied: { mark: '✗', word: 'denied' },
  interrupted: { mark: '■', word: 'interrupted' },
  paused: { mark: '?', word: 'waits for approval' },
  running: { mark: '▸', word: 'running' },
  cut: { mark: '■', word: 'cut off' },
  restored: { mark: '↺', word: 'restored' },
  idle: { mark: '·', word: 'did not run' },
  upcoming: { mark: '·', word: 'has not run yet' },
};

type Run = Pick<RunModel, 'row' | 'marks'>;

/** A node whose approval was denied has events of a failure. */
export function spanStatus({ status, node, kind }: TimelineSpan, { row, marks }: Run): NodeStatus {
  if (status === 'running') return row?.status === 'running' ? 'running' : 'cut';
  const isDenied = kind === 'node' && node !== undefined && marks.approvals.get(node) === 'denied';
  return status === 'failed' && isDenied ? 'denied' : status;
}

/** Of a node without an event. */
export function idleStatus({ row }: Run): NodeStatus {
  return row?.status === 'running' ? 'upcoming' : 'idle';
}

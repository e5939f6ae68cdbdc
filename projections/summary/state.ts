// Defines the state of the summary projection.
import type { Phase } from '../../src/events/event.ts';
import { emptyLedger, type Ledger } from '../pricing/ledger/ledger.ts';
import type { NodeTally } from '../tally/node-tally.ts';
import { emptyProgress, type RunProgress } from '../tally/run-progress.ts';

export interface NodeState {
  readonly phase: Phase;
  readonly node_id: string;
  readonly tally: NodeTally;
  /** `ms` of its last start. */
  since_ms: number;
  attempt: number;
}

export interface SummaryState {
  run: string;
  workflow_name: string | null;
  phase: Phase | null;
  /** Node ids of the workflow in document order. */
  order: readonly string[];
  warnings: number;
  readonly progress: RunProgress;
  readonly nodes: Map<string, NodeState>;
  readonly ledger: Ledger;
}

export function emptySummary(): SummaryState {
  return {
    run: '',
    workflow_name: null,
    phase: null,
    order: [],
    warnings: 0,
    progress: emptyProgress(),
    nodes: new Map(),
    ledger: emptyLedger(),
  };
}

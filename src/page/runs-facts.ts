// Defines what the page over many runs shows.
import type { RunRow } from '../../projections/runs/schema.ts';
import type { Figure } from './figures.ts';
import type { ModelSpend, RunGroup, SlowNode } from './runs-overview.ts';

/** A run in the list. */
export interface RunItem {
  readonly row: RunRow;
  readonly started: string;
  /** Why it did not succeed; empty without a reason. */
  readonly reason: string;
  /** The page of the run, relative to this one; null without a page. */
  readonly href: string | null;
}

export interface RunsFacts {
  readonly title: string;
  readonly figures: readonly Figure[];
  /** Notes about damaged logs. */
  readonly damage: readonly string[];
  /** All other notes about logs. */
  readonly notes: readonly string[];
  readonly days: readonly RunGroup[];
  readonly workflows: readonly RunGroup[];
  readonly models: readonly ModelSpend[];
  readonly slowest: readonly SlowNode[];
  /** Of which runs models and nodes are; empty for all. */
  readonly detail: string;
  readonly runs: readonly RunItem[];
  /** Runs that are not listed. */
  readonly more: number;
}

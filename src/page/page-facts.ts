// Defines what a page holds besides the log: facts that only the command line knows, and the prices.
import type { RunRow } from '../../projections/runs/schema.ts';

/** Ids of the elements that hold data. */
export const PAGE_DATA = {
  facts: 'pflow-facts',
  prices: 'pflow-prices',
  events: 'pflow-events',
  log: 'pflow-log',
} as const;

/** A command to go on with, and what it does. */
export interface NextCommand {
  readonly command: string;
  readonly does: string;
}

/** Medians of earlier runs of the same workflow. */
export interface EarlierRuns {
  readonly runs: number;
  /** Medians. */
  readonly cost_usd: string;
  /** Every one of these runs has an exact cost. */
  readonly exact: boolean;
  readonly duration_ms: number;
}

/** Facts that the events alone do not show. */
export interface PageFacts {
  /** The version of pflow that made the page. */
  readonly pflow: string;
  readonly run: string;
  /** The log, as it was named. */
  readonly file: string;
  /** When the run began, in the time zone of the person who made the page. */
  readonly started: string;
  readonly status: RunRow['status'];
  readonly log: {
    readonly state: 'complete' | 'open' | 'torn' | 'damaged';
    readonly text: string;
    readonly notes: readonly string[];
  };
  /** The cost that the command line computed, to compare with. */
  readonly total_usd: string;
  readonly earlier: EarlierRuns | null;
  readonly advice: string | null;
  readonly next: readonly NextCommand[];
  /** The address of more events, of a run that goes on and is served. */
  readonly follow?: string;
}

/** What a server sends to the page of a run that goes on. */
export interface RunUpdate {
  readonly facts: PageFacts;
  /** The lines of the log after those that the page has. */
  readonly lines: readonly string[];
}

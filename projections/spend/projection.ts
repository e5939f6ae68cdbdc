// What many runs cost together, by day, model, workflow or another group; each run once, however often it is found.
import type { LogEvent } from '../../src/events/event.ts';
import { isModelCall, MODEL_CALL_TYPES, type ModelCall } from '../../src/events/model-call.ts';
import { dayIn, monthOf, UTC, weekOf, type TimeZone } from '../tally/calendar.ts';
import type { Projection } from '../contract.ts';
import { addCall, type LedgerPlace } from '../pricing/ledger/ledger.ts';
import type { Pricing } from '../pricing/pricing.ts';
import { copyAt, mergeCopies, type RunCopy } from '../tally/run-copies.ts';
import { spendDocument } from './document.ts';
import { spendSchema, type Spend, type SpendGroup } from './schema.ts';

export interface SpendOptions {
  readonly pricing: Pricing;
  /** `day` unless told. */
  readonly by?: SpendGroup | undefined;
  /** First and last day that count, such as `2026-11-01`; a call whose time cannot be read is then left out. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  /** Whose days: UTC unless told. */
  readonly zone?: TimeZone | undefined;
}

export interface SpendRun {
  /** As the run itself says; null until then. */
  workflow: string | null;
  copies: RunCopy[];
}

/** Grows with runs and groups, never with events. Plain data, which threads can send to each other. */
export interface SpendState {
  runs: Map<string, SpendRun>;
}

export function createSpend(options: SpendOptions): Projection<SpendState, Spend> {
  const { pricing, by = 'day', since = null, until = null, zone = UTC } = options;
  const groupOf = grouping(by, zone);
  const isLimited = since !== null || until !== null;

  const counts = (call: ModelCall): boolean => {
    if (!isLimited) return true;
    const day = dayIn(zone, call.at);
    return day !== null && (since === null || day >= since) && (until === null || day <= until);
  };

  return {
    name: 'spend',
    summary: 'what many runs cost together, each counted once; `pflow spend` has it by month, model and more',
    handles: by === 'workflow' ? [...MODEL_CALL_TYPES, 'run.started', 'workflow.started'] : MODEL_CALL_TYPES,
    skips: ['raw_usage', 'ir', 'words', 'nodes'],
    scope: 'log',
    initial: () => ({ runs: new Map() }),
    evolve(state: SpendState, event: LogEvent): void {
      if (event.type === 'run.started') nameRun(state, event.run, event.data.workflow?.name);
      else if (event.type === 'workflow.started') nameRun(state, event.run, event.data.name);
      else if (isModelCall(event) && counts(event)) {
        const copy = copyAt(runOf(state, event.run).copies, event.seq);
        addCall(copy.ledger, pricing, event, placeOf(groupOf(event)));
      }
    },
    merge,
    result: (state) => spendDocument(state, pricing, { by, time_zone: zone.name, since, until }),
    schema: spendSchema,
  };
}

/** What a call is counted under; null where it does not say, or where only its run can. */
function grouping(by: SpendGroup, zone: TimeZone): (call: ModelCall) => string | null {
  const dated =
    (write: (day: string) => string) =>
    ({ at }: ModelCall): string | null => {
      const day = dayIn(zone, at);
      return day === null ? null : write(day);
    };
  switch (by) {
    case 'day':
      return dated((day) => day);
    case 'week':
      return dated(weekOf);
    case 'month':
      return dated(monthOf);
    case 'model':
      return ({ data }) => data.model;
    case 'node':
      return ({ node = null }) => node;
    case 'phase':
      return ({ phase = null }) => phase;
    case 'workflow':
      return () => null;
  }
}

/** A group takes the place of the node, so that a ledger tells groups apart and nothing finer. */
function placeOf(group: string | null): LedgerPlace {
  return group === null ? {} : { node: group };
}

function runOf(state: SpendState, id: string): SpendRun {
  const known = state.runs.get(id);
  if (known !== undefined) return known;
  const made: SpendRun = { workflow: null, copies: [] };
  state.runs.set(id, made);
  // Read again: where the state is a draft, only what it gives out may be changed.
  return state.runs.get(id) ?? made;
}

/** The first name counts. */
function nameRun(state: SpendState, id: string, name: string | undefined): void {
  runOf(state, id).workflow ??= name ?? null;
}

function merge(a: SpendState, b: SpendState): SpendState {
  const runs = new Map<string, SpendRun>();
  for (const id of new Set([...a.runs.keys(), ...b.runs.keys()])) {
    const [one, two] = [a.runs.get(id), b.runs.get(id)];
    runs.set(id, {
      workflow: one?.workflow ?? two?.workflow ?? null,
      copies: mergeCopies(one?.copies ?? [], two?.copies ?? []),
    });
  }
  return { runs };
}

// Adds up what many runs cost, by day, model, workflow or another group. A run that is found several times counts once.
import type { EventOf, LogEvent } from '../../src/events/event.ts';
import { isModelCall } from '../../src/events/model-call.ts';
import { dayIn, monthOf, UTC, weekOf, type TimeZone } from '../tally/calendar.ts';
import type { Projection } from '../contract.ts';
import { addCall, type LedgerPlace } from '../pricing/ledger/ledger.ts';
import type { Pricing } from '../pricing/create-pricing.ts';
import {
  emptyRunCalls,
  followCalls,
  isOpenCallEvent,
  LATE_CALL_TYPES,
  mergeRunCalls,
  OPEN_CALL_TYPES,
  type OpenCallEvent,
} from '../tally/open-calls.ts';
import { emptyNumberSet } from '../tally/number-set.ts';
import { addOnce, countInCopy, mergeCopies, unionOf } from '../tally/run-copies.ts';
import { spendDocument } from './document.ts';
import { spendSchema, type Spend, type SpendGroup } from './schema.ts';
import type { SpendRun, SpendState, SpendSums } from './state.ts';
import { mergeSpendSums, emptySpendSums } from './sums.ts';
import { entryOf } from '../tally/map-entry.ts';

/** Options of `createSpend`. */
export interface SpendOptions {
  readonly pricing: Pricing;
  /** `day` by default. */
  readonly by?: SpendGroup | undefined;
  /** First and last day to include, such as `2026-11-01`. Leaves out calls whose time cannot be read. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  /** The zone of all days, UTC by default. */
  readonly zone?: TimeZone | undefined;
}

/**
 * Creates the projection `spend`: the cost of many runs by day, model and more. A run that is in several logs counts
 * once.
 */
export function createSpend(options: SpendOptions): Projection<SpendState, Spend> {
  const { pricing, by = 'day', since = null, until = null, zone = UTC } = options;
  const groupOf = groupBy(by, zone);
  const isLimited = since !== null || until !== null;

  const placeIn = (call: LogEvent): 'copies' | 'undated' | undefined => {
    if (!isLimited) return 'copies';
    const day = dayIn(zone, call.at);
    if (day === null) return 'undated';
    return (since === null || day >= since) && (until === null || day <= until) ? 'copies' : undefined;
  };

  const followRun = (state: SpendState, event: OpenCallEvent): void => {
    const isBegin = event.type === 'llm.sent' || event.type === 'llm.prompted';
    if (!isBegin) followCalls(runOf(state, event.run).calls, event);
    // A call without a readable time may belong to any day.
    else if (placeIn(event) !== undefined)
      followCalls(runOf(state, event.run).calls, event, placeOf(groupOf(event)));
  };

  return {
    name: 'spend',
    summary: 'total cost of many runs, each counted once; `pflow spend` groups it by month, model and more',
    handles: by === 'workflow' ? [...OPEN_CALL_TYPES, 'workflow.started'] : OPEN_CALL_TYPES,
    late: LATE_CALL_TYPES,
    skips: ['ordinary_usage', 'ir', 'nodes'],
    scope: 'log',
    initial: () => ({ runs: new Map() }),
    evolve(state: SpendState, event: LogEvent): void {
      if (isOpenCallEvent(event)) followRun(state, event);
      if (event.type === 'run.started' && by === 'workflow')
        nameRun(state, event.run, event.data.workflow?.name);
      else if (event.type === 'workflow.started' && event.node === undefined)
        nameRun(state, event.run, event.data.name);
      else if (isModelCall(event)) {
        const place = placeIn(event);
        if (place === undefined) return;
        const run = runOf(state, event.run);
        const position = { seq: event.seq, call: event.data.call };
        const copy = countInCopy(run[place], position);
        if (place === 'copies') addOnce(run.ended, position.call);
        addCall(copy.ledger, pricing, event, placeOf(groupOf(event)));
      }
    },
    merge,
    result: (state) => spendDocument(state, pricing, { by, time_zone: zone.name, since, until }),
    schema: spendSchema,
  };
}

/** The begin or the end of a call. */
type GroupedCall = Exclude<OpenCallEvent, EventOf<'run.started'> | EventOf<'run.completed'>>;

/** The group of a call. It is null if the call has no such property, or if the group is that of the run. */
function groupBy(by: SpendGroup, zone: TimeZone): (call: GroupedCall) => string | null {
  const dated =
    (write: (day: string) => string) =>
    ({ at }: GroupedCall): string | null => {
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

/** Uses the group in place of the node. The ledger then distinguishes groups and nothing finer. */
function placeOf(group: string | null): LedgerPlace {
  return group === null ? {} : { node: group };
}

function runOf(state: SpendState, id: string): SpendRun {
  return entryOf(state.runs, id, emptySpendRun);
}

/** Keeps the first name. */
function nameRun(state: SpendState, id: string, name: string | undefined): void {
  runOf(state, id).workflow ??= name ?? null;
}

function emptySpendRun(): SpendRun {
  return { workflow: null, copies: [], ended: emptyNumberSet(), calls: emptyRunCalls(), undated: [] };
}

const NO_RUN = emptySpendRun();

function mergeRuns(one: SpendRun, two: SpendRun): SpendRun {
  return {
    workflow: one.workflow ?? two.workflow,
    copies: mergeCopies(one.copies, two.copies),
    ended: unionOf(one.ended, two.ended),
    calls: mergeRunCalls(one.calls, two.calls),
    undated: mergeCopies(one.undated, two.undated),
  };
}

function merge(a: SpendState, b: SpendState): SpendState {
  const runs = new Map<string, SpendRun>();
  for (const id of new Set([...a.runs.keys(), ...b.runs.keys()])) {
    const [one, two] = [a.runs.get(id), b.runs.get(id)];
    runs.set(id, mergeRuns(one ?? NO_RUN, two ?? NO_RUN));
  }
  const sums = mergeSums(a.sums, b.sums);
  return sums === undefined ? { runs } : { runs, sums };
}

function mergeSums(one: SpendSums | undefined, two: SpendSums | undefined): SpendSums | undefined {
  if (one === undefined || two === undefined) return one ?? two;
  const merged = emptySpendSums();
  mergeSpendSums(merged, one);
  mergeSpendSums(merged, two);
  return merged;
}

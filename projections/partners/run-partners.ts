// Tracks starts and ends of one run, and the numbers of its model calls. Grows with open starts and never with closed
// ones. `find-unpaired.ts` checks the result.
import type { RunEnd } from '../../src/events/run-status.ts';
import type { LogEvent } from '../../src/events/event.ts';
import { isCallEvent, type CallEvent } from '../tally/model-calls.ts';
import { addNumber, emptyNumberSet, mergeNumberSets, type NumberSet } from '../tally/number-set.ts';
import type { Unpaired } from './schema.ts';
import { worseStatus } from '../tally/run-progress.ts';

/** The numbers of model calls, by the type of their events. */
export interface CallNumbers {
  readonly prompted: NumberSet;
  readonly sent: NumberSet;
  readonly completed: NumberSet;
  readonly failed: NumberSet;
  readonly answered: NumberSet;
}

/** An end without an open start of the same label. */
export interface LoneEnd {
  readonly type: string;
  readonly seq: number;
}

interface EventTime {
  at: string;
  ms: number;
  seq: number;
}

export interface RunPartners {
  ended: RunEnd | null;
  /** Number of failed nodes. */
  failures: number;
  first: EventTime | null;
  last: EventTime | null;
  readonly back: Pick<Unpaired, 'seq' | 'why'>[];
  /** Open starts by label, such as `node "write", visit 2`. The last start is last. */
  readonly open: Map<string, number[]>;
  readonly lone: Map<string, LoneEnd[]>;
  calls: CallNumbers | null;
}

const STARTS: ReadonlySet<string> = new Set(['node.started', 'workflow.started', 'planner.started']);
const ENDS: ReadonlySet<string> = new Set([
  'node.completed',
  'node.failed',
  'workflow.completed',
  'planner.completed',
]);
const CALL_KEYS = {
  'llm.prompted': 'prompted',
  'llm.sent': 'sent',
  'llm.completed': 'completed',
  'llm.failed': 'failed',
  'llm.answered': 'answered',
} as const satisfies Readonly<Record<CallEvent['type'] | 'llm.sent', keyof CallNumbers>>;

export function emptyPartners(): RunPartners {
  return {
    ended: null,
    failures: 0,
    first: null,
    last: null,
    back: [],
    open: new Map(),
    lone: new Map(),
    calls: null,
  };
}

export function evolvePartners(run: RunPartners, event: LogEvent): void {
  checkTime(run, event);
  const { type, seq } = event;
  if (STARTS.has(type)) addToList(run.open, labelOf(event), seq);
  else if (ENDS.has(type)) closeStart(run, labelOf(event), { type, seq });
  else if (isCallEvent(event) || event.type === 'llm.sent') {
    run.calls ??= emptyCalls();
    addNumber(run.calls[CALL_KEYS[event.type]], event.data.call);
  } else if (event.type === 'run.completed') run.ended = worseStatus(run.ended, event.data.status);
  if (type === 'node.failed') run.failures += 1;
}

export function mergePartners(a: RunPartners, b: RunPartners): RunPartners {
  const merged: RunPartners = {
    ended: worseStatus(a.ended, b.ended),
    failures: a.failures + b.failures,
    first: a.first ?? b.first,
    last: b.last ?? a.last,
    back: [...a.back],
    open: copyOf(a.open),
    lone: copyOf(a.lone),
    calls: mergeCalls(a.calls, b.calls),
  };
  const back = a.last === null || b.first === null ? undefined : timeBack(a.last, b.first);
  if (back !== undefined) merged.back.push(back);
  merged.back.push(...b.back);
  for (const [label, ends] of b.lone) for (const one of ends) closeStart(merged, label, one);
  for (const [label, seqs] of b.open) for (const seq of seqs) addToList(merged.open, label, seq);
  return merged;
}

function emptyCalls(): CallNumbers {
  return {
    prompted: emptyNumberSet(),
    sent: emptyNumberSet(),
    completed: emptyNumberSet(),
    failed: emptyNumberSet(),
    answered: emptyNumberSet(),
  };
}

function mergeCalls(a: CallNumbers | null, b: CallNumbers | null): CallNumbers | null {
  if (a === null || b === null) return a ?? b;
  return {
    prompted: mergeNumberSets(a.prompted, b.prompted),
    sent: mergeNumberSets(a.sent, b.sent),
    completed: mergeNumberSets(a.completed, b.completed),
    failed: mergeNumberSets(a.failed, b.failed),
    answered: mergeNumberSets(a.answered, b.answered),
  };
}

/** Labels of different places differ: only numbers follow the last quote. */
function labelOf({ type, phase, node, visit, item }: LogEvent): string {
  if (type.startsWith('planner.')) return 'the planner';
  if (type.startsWith('workflow.')) return node === undefined ? 'the workflow' : `the workflow in "${node}"`;
  const of = phase === 'planner' ? 'planner node' : 'node';
  const number = visit === undefined || visit === 1 ? '' : `, visit ${String(visit)}`;
  const element = item === undefined ? '' : `, item ${String(item)}`;
  return `${of} "${node ?? ''}"${number}${element}`;
}

function closeStart({ open, lone }: RunPartners, label: string, one: LoneEnd): void {
  const starts = open.get(label);
  if (starts === undefined) addToList(lone, label, one);
  else if (starts.length === 1) open.delete(label);
  else starts.pop();
}

function addToList<T>(lists: Map<string, T[]>, label: string, one: T): void {
  const list = lists.get(label);
  if (list === undefined) lists.set(label, [one]);
  else list.push(one);
}

function copyOf<T>(lists: ReadonlyMap<string, readonly T[]>): Map<string, T[]> {
  return new Map([...lists].map(([label, list]) => [label, [...list]]));
}

function checkTime(run: RunPartners, { at, ms, seq }: LogEvent): void {
  run.first ??= { at, ms, seq };
  const { last } = run;
  if (last === null) {
    run.last = { at, ms, seq };
    return;
  }
  if (ms < last.ms || at < last.at) {
    const back = timeBack(last, { at, ms, seq });
    if (back !== undefined) run.back.push(back);
  }
  last.at = at;
  last.ms = ms;
  last.seq = seq;
}

/** Compares times of equal length as text. Ignores others: years of five digits, or times written by hand. */
function timeBack(last: EventTime, next: EventTime): Pick<Unpaired, 'seq' | 'why'> | undefined {
  const { seq } = next;
  if (next.ms < last.ms) return { seq, why: `ms goes back from ${String(last.ms)} to ${String(next.ms)}` };
  if (next.at.length !== last.at.length || next.at >= last.at) return undefined;
  return { seq, why: `at goes back from ${last.at} to ${next.at}` };
}

// Finds the model calls that were sent and have no end in the log: the process was killed while they were under way.
import type { EventOf, LogEvent, Phase } from '../../src/events/event.ts';
import { isModelCall, type ModelCall } from '../../src/events/model-call.ts';
import { addNumber, emptyNumberSet, hasNumber, type NumberSet, unionRanges } from './number-set.ts';

/** What begins and ends calls. A log of an older version has prompts alone, and of level `trace` only. */
export const OPEN_CALL_TYPES = [
  'run.started',
  'run.completed',
  'llm.sent',
  'llm.prompted',
  'llm.completed',
  'llm.failed',
] as const;

/** Prompts count in runs without an end that do not record what is sent. */
export const LATE_CALL_TYPES = ['llm.prompted'] as const;

export type OpenCallEvent =
  | EventOf<'run.started'>
  | EventOf<'run.completed'>
  | EventOf<'llm.sent'>
  | EventOf<'llm.prompted'>
  | ModelCall;

/** Where a call without an end counts. */
export interface OpenCall {
  readonly phase: Phase | null;
  readonly node: string | null;
  readonly model: string;
  /** False where only its prompt is known. */
  readonly isSent: boolean;
}

/** The calls of one run. They are sets: parts of a log can be merged in any order. */
export interface RunCalls {
  hasStart: boolean;
  hasEnd: boolean;
  /** It records what is sent: its prompts alone show nothing. */
  hasSent: boolean;
  /** Numbers of calls that ended. */
  ended: NumberSet;
  /** Calls that began and did not end, by number. */
  readonly begun: Map<number, OpenCall>;
}

export function emptyRunCalls(): RunCalls {
  return { hasStart: false, hasEnd: false, hasSent: false, ended: emptyNumberSet(), begun: new Map() };
}

export function isOpenCallEvent(event: LogEvent): event is OpenCallEvent {
  switch (event.type) {
    case 'run.started':
    case 'run.completed':
    case 'llm.sent':
    case 'llm.prompted':
      return true;
    default:
      return isModelCall(event);
  }
}

/** `place`: where the call counts; by default its own. */
export function followCalls(
  run: RunCalls,
  event: OpenCallEvent,
  place: Pick<OpenCallEvent, 'phase' | 'node'> = event,
): void {
  switch (event.type) {
    case 'run.started':
      run.hasStart = true;
      return;
    case 'run.completed':
      run.hasEnd = true;
      return;
    case 'llm.sent':
    case 'llm.prompted':
      if (event.type === 'llm.sent') run.hasSent = true;
      beginCall(run, event, place);
      return;
    default:
      endCall(run, event.data.call);
  }
}

function beginCall(
  { ended, begun }: RunCalls,
  { type, data: { call, model } }: EventOf<'llm.sent'> | EventOf<'llm.prompted'>,
  { phase, node }: Pick<OpenCallEvent, 'phase' | 'node'>,
): void {
  if (hasNumber(ended, call)) return;
  const known = begun.get(call);
  const isSent = type === 'llm.sent';
  if (known === undefined) begun.set(call, { phase: phase ?? null, node: node ?? null, model, isSent });
  else if (isSent && !known.isSent) begun.set(call, { ...known, isSent });
}

function endCall({ ended, begun }: RunCalls, call: number): void {
  if (begun.size > 0) begun.delete(call);
  if (!hasNumber(ended, call)) addNumber(ended, call);
}

/** Changes neither of the two. */
export function mergeRunCalls(a: RunCalls, b: RunCalls): RunCalls {
  const ended = { ranges: unionRanges(a.ended.ranges, b.ended.ranges), repeats: [] };
  const begun = new Map<number, OpenCall>();
  for (const [call, one] of [...a.begun, ...b.begun]) {
    if (hasNumber(ended, call)) continue;
    const known = begun.get(call);
    begun.set(call, known === undefined ? one : { ...known, isSent: known.isSent || one.isSent });
  }
  return {
    hasStart: a.hasStart || b.hasStart,
    hasEnd: a.hasEnd || b.hasEnd,
    hasSent: a.hasSent || b.hasSent,
    ended,
    begun,
  };
}

/** True if the run is whole and has no open call: nothing of it needs to be kept. */
export function areCallsSettled(run: RunCalls): boolean {
  return run.hasStart && run.hasEnd && openCallsOf(run).length === 0;
}

/** The calls that may have been billed, although the log has no end of them. */
export function openCallsOf(run: RunCalls): OpenCall[] {
  return run.begun.size === 0 ? [] : [...run.begun.values()].filter(({ isSent }) => mayBeBilled(run, isSent));
}

/** Whether a call without an end may be billed. Its prompt alone shows that only where nothing else is recorded. */
export function mayBeBilled(
  { hasEnd, hasSent }: Pick<RunCalls, 'hasEnd' | 'hasSent'>,
  isSent: boolean,
): boolean {
  return isSent || !(hasEnd || hasSent);
}

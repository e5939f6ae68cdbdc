// Collects the recorded answers of a log of level `trace`, for later runs to replay. A call is included only if its
// request, its bill and its answer are all recorded.
import * as z from 'zod';
import { canonicalJson } from '../../src/values/canonical-json.ts';
import { present } from '../../src/values/present.ts';
import type { Projection } from '../contract.ts';
import {
  CALL_TYPES,
  collectCall,
  isCallEvent,
  mergeCallRecords,
  type CallRecord,
} from '../tally/model-calls.ts';
import { answerSchema, type RecordedAnswer } from './schema.ts';

export interface AnswersState {
  readonly runs: Map<string, Map<number, CallRecord>>;
}

/** The projection `answers`: the recorded model answers, which `--answers` reuses. */
export const answers: Projection<AnswersState, RecordedAnswer[]> = {
  name: 'answers',
  summary: 'the recorded model answers, for --answers',
  handles: CALL_TYPES,
  scope: 'log',
  initial: () => ({ runs: new Map() }),
  evolve(state, event) {
    if (!isCallEvent(event)) return;
    let calls = state.runs.get(event.run);
    if (calls === undefined) {
      calls = new Map();
      state.runs.set(event.run, calls);
    }
    collectCall(calls, event);
  },
  merge(a, b) {
    const runs = new Map(a.runs);
    for (const [run, calls] of b.runs) runs.set(run, mergeCalls(runs.get(run) ?? new Map(), calls));
    return { runs };
  },
  result: (state) => [...state.runs].flatMap(([run, calls]) => answersOf(run, calls)),
  schema: z.array(answerSchema),
};

function mergeCalls(
  a: ReadonlyMap<number, CallRecord>,
  b: ReadonlyMap<number, CallRecord>,
): Map<number, CallRecord> {
  const calls = new Map(a);
  for (const [call, record] of b) {
    const known = calls.get(call);
    calls.set(call, known === undefined ? record : mergeCallRecords(known, record));
  }
  return calls;
}

function answersOf(run: string, calls: ReadonlyMap<number, CallRecord>): RecordedAnswer[] {
  const occurrences = new Map<string, number>();
  const inOrder = [...calls.values()].sort((a, b) => a.call - b.call);
  return inOrder.flatMap((record) => {
    const { prompted, completed, answered } = record;
    if (prompted === null || completed === null || answered === null) return [];
    const { model, prompt, system, options } = prompted.data;
    const { phase, node, visit, item, attempt } = completed;
    const key = canonicalJson([
      phase ?? null,
      node ?? null,
      item ?? null,
      model,
      prompt,
      system ?? null,
      options ?? null,
    ]);
    const occurrence = (occurrences.get(key) ?? 0) + 1;
    occurrences.set(key, occurrence);
    const { call, model: _model, first_chunk_ms: _first, ...bill } = completed.data;
    const place = { phase, node, visit, item, attempt };
    const request = { model, prompt, system, options };
    const answer = {
      run,
      seq: completed.seq,
      call,
      ...place,
      occurrence,
      ...request,
      response: answered.data.response,
    };
    return [present({ ...answer, ...bill })];
  });
}

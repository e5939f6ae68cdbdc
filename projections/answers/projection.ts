// The recorded answers of a log of level `trace`, as data that a later run can be answered from. A call
// counts when its question, its bill and its answer are all there.
import * as z from 'zod';
import { usageSchema } from '../../src/events/usage.ts';
import type { Projection } from '../contract.ts';
import {
  CALL_TYPES,
  collectCall,
  isCallEvent,
  mergeCallRecords,
  type CallRecord,
} from '../tally/model-calls.ts';
import { present } from '../../src/values/present.ts';

export interface AnswersState {
  readonly runs: Map<string, Map<number, CallRecord>>;
}

export const answerSchema = z.object({
  run: z.string(),
  seq: z.number().describe('of its llm.completed'),
  call: z.number(),
  phase: z.enum(['planner', 'workflow']).optional(),
  node: z.string().optional(),
  visit: z.number().optional(),
  item: z.number().optional(),
  attempt: z.number().optional(),
  occurrence: z.number().describe('from 1: which of the equal questions of this node in this run'),
  provider: z.string(),
  model: z.string(),
  prompt: z.unknown(),
  system: z.string().optional(),
  options: z.record(z.string(), z.unknown()).optional(),
  response: z.unknown().describe('text or object'),
  usage: usageSchema,
  response_model: z.string().optional(),
  raw_usage: z.unknown().optional(),
  service_tier: z.string().optional(),
  finish_reason: z.string().optional(),
  provider_cost_usd: z.number().optional(),
  duration_ms: z.number(),
  reused: z.object({ run: z.string(), seq: z.number() }).optional().describe('where it came from itself'),
});

export type RecordedAnswer = z.infer<typeof answerSchema>;

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
  const seen = new Map<string, number>();
  const inOrder = [...calls.values()].sort((a, b) => a.call - b.call);
  return inOrder.flatMap((record) => {
    const { prompted, completed, answered } = record;
    if (prompted === null || completed === null || answered === null) return [];
    const { model, prompt, system, options } = prompted.data;
    const { phase, node, visit, item, attempt } = completed;
    const question = canonical([phase ?? null, node ?? null, model, prompt, system ?? null, options ?? null]);
    const occurrence = (seen.get(question) ?? 0) + 1;
    seen.set(question, occurrence);
    const { call, model: _asked, ...bill } = completed.data;
    const place = { phase, node, visit, item, attempt };
    const asked = { model, prompt, system, options };
    const answer = {
      run,
      seq: completed.seq,
      call,
      ...place,
      occurrence,
      ...asked,
      response: answered.data.response,
    };
    return [present({ ...answer, ...bill })];
  });
}

/** Equal for values that differ in the order of their keys only. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

// Answers from a recorded log instead of a provider. A question is found by what it says and by how often its
// node has asked it before, never by its place in the log. Knows nothing of logs: records are plain data.
import { PflowError } from '../errors.ts';
import { normalizeModelName } from './model-name.ts';
import type { Usage } from '../events/usage.ts';
import type { ModelAnswer, ModelClient, ModelRequest } from './model.ts';
import { describeNearestRecord } from './nearest-record.ts';
import { computeRequestKey, toRecordedRequest, type RecordedRequest } from './request-key.ts';
import { billOf } from './usage/bill.ts';

export interface RecordedAnswer extends RecordedRequest {
  readonly run: string;
  /** Position of the answer's bill in its run. */
  readonly seq: number;
  readonly node?: string | undefined;
  readonly provider: string;
  /** Text, or the object that a text of JSON was kept as. */
  readonly response: unknown;
  readonly usage: Usage;
  readonly response_model?: string | undefined;
  readonly raw_usage?: unknown;
  readonly service_tier?: string | undefined;
  readonly provider_cost_usd?: number | undefined;
  readonly finish_reason?: string | undefined;
}

export type RecordedAnswersOptions = {
  /** The form in which a value stands in a log: a prompt that holds a secret was recorded without it. */
  readonly toRecorded?: (value: unknown) => unknown;
} & ({ readonly onMiss: 'error' } | { readonly onMiss: 'live'; readonly live: ModelClient });

/** Several runs may hold the same question: the latest one that was asked as often answers. */
export function createRecordedAnswers(
  records: readonly RecordedAnswer[],
  options: RecordedAnswersOptions,
): ModelClient {
  const shelf = shelve(records);
  const asked = new Map<string, number>();
  return {
    async answer(request, signal, caller) {
      signal.throwIfAborted();
      const question = toRecordedRequest(request, options.toRecorded);
      const key = computeRequestKey(question);
      const counter = JSON.stringify([caller ?? null, key]);
      const occurrence = (asked.get(counter) ?? 0) + 1;
      asked.set(counter, occurrence);
      const found = nthOf(candidates(shelf.get(key) ?? [], caller), occurrence);
      if (found !== undefined) return reuse(found, request);
      if (options.onMiss === 'live') return options.live.answer(request, signal, caller);
      throw notRecordedError(records, { question, caller, occurrence });
    },
  };
}

function shelve(records: readonly RecordedAnswer[]): ReadonlyMap<string, readonly RecordedAnswer[]> {
  const shelf = new Map<string, RecordedAnswer[]>();
  for (const record of records) {
    const key = computeRequestKey(record);
    const place = shelf.get(key);
    if (place === undefined) shelf.set(key, [record]);
    else place.push(record);
  }
  return shelf;
}

/** A record that names no node answers any; whoever asks without a name may use any record. */
function candidates(same: readonly RecordedAnswer[], caller: string | undefined): readonly RecordedAnswer[] {
  if (caller === undefined) return same;
  const own = same.filter(({ node }) => node === caller);
  return own.length > 0 ? own : same.filter(({ node }) => node === undefined);
}

function nthOf(records: readonly RecordedAnswer[], occurrence: number): RecordedAnswer | undefined {
  const runs = [...new Set(records.map(({ run }) => run))].sort().reverse();
  for (const run of runs) {
    const ofRun = records.filter((record) => record.run === run).sort((a, b) => a.seq - b.seq);
    const nth = ofRun[occurrence - 1];
    if (nth !== undefined) return nth;
  }
  return undefined;
}

function reuse(record: RecordedAnswer, request: ModelRequest): ModelAnswer {
  const { run, seq, provider, response, usage, finish_reason = 'stop' } = record;
  const { response_model, raw_usage, service_tier, provider_cost_usd } = record;
  return {
    text: typeof response === 'string' ? response : JSON.stringify(response),
    provider,
    model: normalizeModelName(request.model),
    ...billOf({ usage, response_model, raw_usage, service_tier, provider_cost_usd }),
    finish_reason,
    reused: { run, seq },
  };
}

interface Miss {
  readonly question: RecordedRequest;
  readonly caller: string | undefined;
  readonly occurrence: number;
}

function notRecordedError(
  records: readonly RecordedAnswer[],
  { question, caller, occurrence }: Miss,
): PflowError {
  const who = caller === undefined ? 'a question' : `node "${caller}" asks a question`;
  const times = occurrence === 1 ? '' : ` (asked ${String(occurrence)} times now)`;
  // The words stay out of the message: it is written to logs that hold no content.
  return new PflowError(
    'ANSWER_NOT_RECORDED',
    `${who} to ${question.model} that has no recorded answer${times}`,
    {
      hint: 'Record it with a run that has a key and --log, or let a model answer with --on-miss live.',
      details: describeNearestRecord(records, question, caller),
    },
  );
}

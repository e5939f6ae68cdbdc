// Answers requests from recorded answers instead of a provider. A record is found by the content of the request and by
// how many times its node and item have made it before, never by its place in the log. Records are plain data: no log
// is known.
import { PflowError } from '../errors.ts';
import { normalizeModelName } from './model-name.ts';
import type { Usage } from '../events/usage.ts';
import type { ModelAnswer, ModelClient, ModelRequest } from './model.ts';
import { describeNearestRecord } from './nearest-record.ts';
import { present } from '../values/present.ts';
import { computeRequestKey, toRecordedRequest, type RecordedRequest } from './request-key.ts';

/** One recorded answer of a log, with the request that it answers. */
export interface RecordedAnswer extends RecordedRequest {
  readonly run: string;
  /** Position of the answer's `llm.completed` in its run. */
  readonly seq: number;
  readonly node?: string | undefined;
  /** Index of the item of a batch that made the request. */
  readonly item?: number | undefined;
  readonly provider: string;
  /** Text, or the value as which the log keeps a text of JSON. */
  readonly response: unknown;
  readonly usage: Usage;
  readonly response_model?: string | undefined;
  readonly raw_usage?: unknown;
  readonly service_tier?: string | undefined;
  readonly provider_cost_usd?: number | undefined;
  readonly finish_reason?: string | undefined;
}

type RecordedAnswersOptions = {
  /** Converts a value to its form in a log. A prompt that holds a secret is recorded without it. */
  readonly toRecorded?: (value: unknown) => unknown;
} & ({ readonly onMiss: 'error' } | { readonly onMiss: 'live'; readonly live: ModelClient });

/** Prefers the latest run that made the same request as many times. */
export function createRecordedAnswers(
  records: readonly RecordedAnswer[],
  options: RecordedAnswersOptions,
): ModelClient {
  const recordsByKey = groupByKey(records);
  const occurrences = new Map<string, number>();
  return {
    async answer(request, signal, caller, details = {}) {
      signal.throwIfAborted();
      const recordedRequest = toRecordedRequest(request, options.toRecorded);
      const key = computeRequestKey(recordedRequest);
      const counter = JSON.stringify([caller ?? null, details.item ?? null, key]);
      const occurrence = (occurrences.get(counter) ?? 0) + 1;
      occurrences.set(counter, occurrence);
      const found = findOccurrence(
        selectRecords({ node: caller, item: details.item }, recordsByKey.get(key) ?? []),
        occurrence,
      );
      if (found !== undefined) return reuseAnswer(found, request);
      if (options.onMiss === 'live') return options.live.answer(request, signal, caller, details);
      throw notRecordedError(records, { request: recordedRequest, caller, occurrence });
    },
  };
}

function groupByKey(records: readonly RecordedAnswer[]): ReadonlyMap<string, readonly RecordedAnswer[]> {
  const groups = new Map<string, RecordedAnswer[]>();
  for (const record of records) {
    const key = computeRequestKey(record);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [record]);
    else group.push(record);
  }
  return groups;
}

interface RecordPlace {
  readonly node: string | undefined;
  readonly item: number | undefined;
}

/**
 * Selects the records of the caller: those of its item, else those of its node, as the items may have changed. A record
 * without a node answers every caller, and no caller means all records.
 */
function selectRecords(
  { node: caller, item: index }: RecordPlace,
  records: readonly RecordedAnswer[],
): readonly RecordedAnswer[] {
  if (caller === undefined) return records;
  const own = records.filter(({ node }) => node === caller);
  if (own.length === 0) return records.filter(({ node }) => node === undefined);
  const ofItem = own.filter(({ item }) => item === index);
  return ofItem.length > 0 ? ofItem : own;
}

function findOccurrence(records: readonly RecordedAnswer[], occurrence: number): RecordedAnswer | undefined {
  const runs = [...new Set(records.map(({ run }) => run))].sort().reverse();
  for (const run of runs) {
    const ofRun = records.filter((record) => record.run === run).sort((a, b) => a.seq - b.seq);
    const nth = ofRun[occurrence - 1];
    if (nth !== undefined) return nth;
  }
  return undefined;
}

function reuseAnswer(record: RecordedAnswer, request: ModelRequest): ModelAnswer {
  const { run, seq, provider, response, usage, finish_reason = 'stop' } = record;
  const { response_model, raw_usage, service_tier, provider_cost_usd } = record;
  return {
    text: typeof response === 'string' ? response : JSON.stringify(response),
    provider,
    model: normalizeModelName(request.model),
    usage,
    ...present({ raw_usage }),
    ...present({ response_model, service_tier, provider_cost_usd }),
    finish_reason,
    reused: { run, seq },
  };
}

interface Miss {
  readonly request: RecordedRequest;
  readonly caller: string | undefined;
  readonly occurrence: number;
}

function notRecordedError(
  records: readonly RecordedAnswer[],
  { request, caller, occurrence }: Miss,
): PflowError {
  const origin = caller === undefined ? '' : ` of node "${caller}"`;
  const times = occurrence === 1 ? '' : ` (made ${String(occurrence)} times so far)`;
  // The message has no prompt in it, because logs without content hold the message.
  return new PflowError(
    'ANSWER_NOT_RECORDED',
    `no answer is recorded for a request${origin} to ${request.model}${times}`,
    {
      hint: 'Record it with a run that has a key and --log, or let a model answer with --on-miss live.',
      details: describeNearestRecord(records, request, caller),
    },
  );
}

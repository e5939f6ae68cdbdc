// Records the requests, the costs and the answers of a model client. It wraps the client and not the node, so every
// call counts once. The usage is in the log before the node parses the answer.
import type { Doubt } from '../events/doubts.ts';
import type { EventPlace } from '../events/event.ts';
import { isUnmetered, usageContradiction } from '../events/token-classes.ts';
import { usageSchema } from '../events/usage.ts';
import type { EventData } from '../events/vocabulary.ts';
import type { EventLog } from '../log/write/event-log.ts';
import type { ModelAnswer, ModelClient, ModelRequest } from '../models/model.ts';
import { normalizeModelName } from '../models/model-name.ts';
import { pickRequestOptions } from '../models/request-options.ts';
import { redactCut } from '../values/cut-text.ts';
import { present } from '../values/present.ts';
import { isInvalidCount } from '../usage/raw-reader.ts';
import { getEventPlace, getCurrentNode } from './current-node.ts';
import type { CallCounter } from './call-counter.ts';
import { toErrorData } from './to-error-data.ts';
import { StreamNotes } from './stream-notes.ts';

export interface ModelInstruments {
  readonly log: Pick<EventLog, 'append' | 'level' | 'redact'>;
  readonly monotonic: () => number;
  readonly calls: CallCounter;
}

export function instrumentModel(inner: ModelClient, instruments: ModelInstruments): ModelClient {
  return {
    answer: (request, signal, caller, details = {}) => {
      let isSent = false;
      const call = instruments.calls.next();
      const stream = details.onText === undefined ? undefined : new StreamNotes(details.onText, call);
      const noted = { ...details, ...present({ onText: stream?.add }) };
      return recordCall(instruments, request, {
        call,
        answer: (recordSent) => {
          const onSent = (): void => {
            if (!isSent) recordSent();
            isSent = true;
            details.onSent?.();
          };
          return inner.answer(request, signal, caller, { ...noted, onSent });
        },
        isLost: (error) => isSent && signal.aborted && error === signal.reason,
        stream,
      });
    },
  };
}

interface RecordedCall {
  readonly call: number;
  readonly answer: (recordSent: () => void) => Promise<ModelAnswer>;
  /** The request was sent, and its answer was not awaited. */
  readonly isLost: (error: unknown) => boolean;
  /** Undefined for an answer that comes whole. */
  readonly stream: StreamNotes | undefined;
}

async function recordCall(
  { log, monotonic }: ModelInstruments,
  request: ModelRequest,
  { call, answer, isLost, stream }: RecordedCall,
): Promise<ModelAnswer> {
  const node = getCurrentNode();
  if (node !== undefined) node.calls += 1;
  const place = node === undefined ? {} : getEventPlace(node);
  const model = normalizeModelName(request.model);
  const { prompt, system } = request;
  if (log.level === 'trace') {
    const options = pickRequestOptions(request);
    const data = { call, model, prompt, ...present({ system }), options };
    log.append({ type: 'llm.prompted', ...place, data });
  }
  const start = monotonic();
  const duration = (): number => Math.max(0, Math.round((monotonic() - start) * 1000) / 1000);
  let first_chunk_ms: number | undefined;
  if (stream !== undefined)
    stream.onFirst = () => {
      first_chunk_ms = duration();
    };
  let answered: ModelAnswer;
  try {
    answered = await answer(() => {
      log.append({ type: 'llm.sent', ...place, data: { call, model } });
    });
  } catch (error) {
    const bill = readErrorBill(error, isLost);
    const data = { call, model, duration_ms: duration(), error: toErrorData(error), ...bill };
    log.append({ type: 'llm.failed', ...place, data: { ...data, ...partialText(log, stream) } });
    if (bill.unmetered === true && (bill.provider_cost_usd ?? 0) === 0)
      warn(log, place, 'COST_UNKNOWN', `${model} failed after the request was sent: its cost is not known`);
    throw error;
  }
  const { text } = answered;
  log.append({
    type: 'llm.completed',
    ...place,
    data: { call, ...pickBill(answered), duration_ms: duration(), ...present({ first_chunk_ms }) },
  });
  if (answered.reused === undefined) warnOfUsage(log, place, answered);
  if (log.level === 'trace') log.append({ type: 'llm.answered', ...place, data: { call, response: text } });
  return answered;
}

/** What a stream brought before it broke off. The break may be in the middle of a secret. */
function partialText(
  log: ModelInstruments['log'],
  stream: StreamNotes | undefined,
): Pick<EventData<'llm.failed'>, 'partial'> {
  if (log.level !== 'trace' || stream === undefined || stream.text === '') return {};
  return { partial: redactCut(stream.text, (text) => log.redact(text)) };
}

interface ErrorBill {
  readonly usage?: unknown;
  readonly response_model?: unknown;
  readonly provider_cost_usd?: unknown;
  readonly usage_doubts?: readonly Doubt[];
  readonly unmetered?: unknown;
}

/** A refusal or an unusable answer is paid too. Without a usage it may be, once the request was sent. */
function readErrorBill(
  error: unknown,
  isLost: RecordedCall['isLost'],
): Omit<EventData<'llm.failed'>, 'call' | 'model' | 'duration_ms' | 'error'> {
  const {
    usage,
    usage_doubts,
    unmetered,
    response_model: answered,
    provider_cost_usd: bill,
  } = error as ErrorBill;
  const facts = present({
    response_model: typeof answered === 'string' ? answered : undefined,
    provider_cost_usd: typeof bill === 'number' && bill >= 0 ? bill : undefined,
  });
  const read = usageSchema.safeParse(usage);
  if (read.success)
    return {
      usage: read.data,
      ...facts,
      ...(usage_doubts === undefined ? {} : { doubts: [...usage_doubts] }),
    };
  return unmetered === true || isLost(error) ? { unmetered: true, ...facts } : {};
}

/** A usage that contradicts itself is recorded unchanged, together with a warning. So is an answer without a usage. */
function warnOfUsage(log: ModelInstruments['log'], place: EventPlace, answered: ModelAnswer): void {
  const { model, usage, usage_doubts = [], provider_cost_usd } = answered;
  if (isUnmetered(usage) && (provider_cost_usd ?? 0) === 0)
    warn(log, place, 'COST_UNKNOWN', `${model} reports no usage: what the call cost is not known`);
  const contradiction =
    usage_doubts.find(({ code, reason }) => code === 'TOTAL_MISMATCH' || isInvalidCount(reason))?.reason ??
    usageContradiction(usage);
  if (contradiction === null) return;
  warn(
    log,
    place,
    'USAGE_CONTRADICTORY',
    `${model} reports a usage that contradicts itself: ${contradiction}`,
  );
}

function warn(log: ModelInstruments['log'], place: EventPlace, code: string, message: string): void {
  log.append({ type: 'warning.raised', ...place, data: { code, message } });
}

/** Picks the cost and the origin of an answer, without its text. */
function pickBill(answered: ModelAnswer): Omit<EventData<'llm.completed'>, 'call' | 'duration_ms'> {
  const { provider, vendor, model, response_model, usage, raw_usage, service_tier } = answered;
  const { finish_reason, provider_cost_usd, reused, usage_doubts } = answered;
  const { requests, ...tokens } = usage;
  return present({
    provider,
    vendor,
    model,
    response_model,
    usage: { ...tokens, ...(requests === undefined ? {} : { requests: { ...requests } }) },
    raw_usage,
    service_tier,
    finish_reason: finish_reason === 'stop' ? undefined : finish_reason,
    provider_cost_usd,
    doubts: usage_doubts === undefined ? undefined : [...usage_doubts],
    reused: reused === undefined ? undefined : { ...reused },
  });
}

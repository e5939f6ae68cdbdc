// Records the requests, the costs and the answers of a model client. It wraps the client and not the node, so every
// call counts once. The usage is in the log before the node parses the answer.
import type { EventPlace } from '../events/event.ts';
import { usageContradiction } from '../events/token-classes.ts';
import { usageSchema } from '../events/usage.ts';
import type { EventData } from '../events/vocabulary.ts';
import type { EventLog } from '../log/write/event-log.ts';
import type { ModelAnswer, ModelClient, ModelRequest } from '../models/model.ts';
import { normalizeModelName } from '../models/model-name.ts';
import { pickRequestOptions } from '../models/request-options.ts';
import { present } from '../values/present.ts';
import { getEventPlace, getCurrentNode } from './current-node.ts';
import type { CallCounter } from './call-counter.ts';
import { toErrorData } from './error-data.ts';

export interface ModelInstruments {
  readonly log: EventLog;
  readonly monotonic: () => number;
  readonly calls: CallCounter;
}

export function instrumentModel(inner: ModelClient, instruments: ModelInstruments): ModelClient {
  return {
    answer: (request, signal, caller, onSent) => {
      let isSent = false;
      const noteSent = (): void => {
        isSent = true;
        onSent?.();
      };
      return recordCall(instruments, request, {
        answer: () => inner.answer(request, signal, caller, noteSent),
        isLost: (error) => isSent && signal.aborted && error === signal.reason,
      });
    },
  };
}

interface RecordedCall {
  readonly answer: () => Promise<ModelAnswer>;
  /** The request was sent, and its answer was not awaited. */
  readonly isLost: (error: unknown) => boolean;
}

async function recordCall(
  { log, monotonic, calls }: ModelInstruments,
  request: ModelRequest,
  { answer, isLost }: RecordedCall,
): Promise<ModelAnswer> {
  const node = getCurrentNode();
  if (node !== undefined) node.calls += 1;
  const place = node === undefined ? {} : getEventPlace(node);
  const call = calls.next();
  const model = normalizeModelName(request.model);
  const { prompt, system } = request;
  if (log.level === 'trace') {
    const options = pickRequestOptions(request);
    const data = { call, model, prompt, ...present({ system }), options };
    log.append({ type: 'llm.prompted', ...place, data });
  }
  const start = monotonic();
  const duration = (): number => Math.max(0, Math.round((monotonic() - start) * 1000) / 1000);
  let answered: ModelAnswer;
  try {
    answered = await answer();
  } catch (error) {
    log.append({
      type: 'llm.failed',
      ...place,
      data: {
        call,
        model,
        duration_ms: duration(),
        error: toErrorData(error),
        ...readErrorBill(error, isLost),
      },
    });
    throw error;
  }
  const { text } = answered;
  log.append({
    type: 'llm.completed',
    ...place,
    data: { call, ...pickBill(answered), duration_ms: duration() },
  });
  const contradiction = answered.usage_contradiction ?? usageContradiction(answered.usage);
  if (contradiction !== null) warnOfContradiction(log, place, { model, contradiction });
  if (log.level === 'trace') log.append({ type: 'llm.answered', ...place, data: { call, response: text } });
  return answered;
}

/** A refusal or an unusable answer is paid too. Without a usage it may be, once the request was sent. */
function readErrorBill(
  error: unknown,
  isLost: RecordedCall['isLost'],
): Pick<EventData<'llm.failed'>, 'usage' | 'unmetered'> {
  const { usage, unmetered } = error as { usage?: unknown; unmetered?: unknown };
  const read = usageSchema.safeParse(usage);
  if (read.success) return { usage: read.data };
  return unmetered === true || isLost(error) ? { unmetered: true } : {};
}

/** A usage that contradicts itself is recorded unchanged, together with a warning. */
function warnOfContradiction(
  log: EventLog,
  place: EventPlace,
  { model, contradiction }: { readonly model: string; readonly contradiction: string },
): void {
  const message = `${model} reports a usage that contradicts itself: ${contradiction}`;
  log.append({ type: 'warning.raised', ...place, data: { code: 'USAGE_CONTRADICTORY', message } });
}

/** Picks the cost and the origin of an answer, without its text. */
function pickBill(answered: ModelAnswer): Omit<EventData<'llm.completed'>, 'call' | 'duration_ms'> {
  const { provider, model, response_model, usage, raw_usage, service_tier } = answered;
  const { finish_reason, provider_cost_usd, reused } = answered;
  const { requests, ...tokens } = usage;
  return present({
    provider,
    model,
    response_model,
    usage: { ...tokens, ...(requests === undefined ? {} : { requests: { ...requests } }) },
    raw_usage,
    service_tier,
    finish_reason: finish_reason === 'stop' ? undefined : finish_reason,
    provider_cost_usd,
    reused: reused === undefined ? undefined : { ...reused },
  });
}

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
import { present } from '../values/present.ts';
import { isInvalidCount } from '../usage/raw-reader.ts';
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
    answer: (request, signal, caller) =>
      recordCall(instruments, request, signal, () => inner.answer(request, signal, caller)),
  };
}

async function recordCall(
  { log, monotonic, calls }: ModelInstruments,
  request: ModelRequest,
  signal: AbortSignal,
  answer: () => Promise<ModelAnswer>,
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
    const paid = readErrorUsage(error, signal);
    const data = { call, model, duration_ms: duration(), error: toErrorData(error), ...paid };
    log.append({ type: 'llm.failed', ...place, data });
    if (paid.maybe_billed === true) {
      const message = `${model} failed after the request was sent: what the call cost is not known`;
      log.append({ type: 'warning.raised', ...place, data: { code: 'COST_UNKNOWN', message } });
    }
    throw error;
  }
  const { text } = answered;
  log.append({
    type: 'llm.completed',
    ...place,
    data: { call, ...pickBill(answered), duration_ms: duration() },
  });
  warnOfUsage(log, place, answered);
  if (log.level === 'trace') log.append({ type: 'llm.answered', ...place, data: { call, response: text } });
  return answered;
}

interface ErrorUsage {
  readonly usage?: unknown;
  readonly usage_doubts?: readonly Doubt[];
  readonly maybe_billed?: boolean;
}

/** A refusal or an unusable answer is paid too, where the provider reported a usage. */
function readErrorUsage(
  error: unknown,
  signal: AbortSignal,
): Pick<EventData<'llm.failed'>, 'usage' | 'doubts' | 'maybe_billed'> {
  const { usage, usage_doubts, maybe_billed } = error as ErrorUsage;
  const read = usageSchema.safeParse(usage);
  // A call that was stopped had been sent.
  if (!read.success) return maybe_billed === true || signal.aborted ? { maybe_billed: true } : {};
  return { usage: read.data, ...(usage_doubts === undefined ? {} : { doubts: [...usage_doubts] }) };
}

/** A usage that contradicts itself is recorded unchanged, together with a warning. So is an answer without a usage. */
function warnOfUsage(log: EventLog, place: EventPlace, answered: ModelAnswer): void {
  const { model, usage, usage_doubts = [], reused } = answered;
  if (reused !== undefined) return;
  const warn = (code: string, message: string): void => {
    log.append({ type: 'warning.raised', ...place, data: { code, message: `${model} ${message}` } });
  };
  if (isUnmetered(usage) && answered.provider_cost_usd === undefined)
    warn('COST_UNKNOWN', 'reports no usage: what the call cost is not known');
  const contradiction =
    usage_doubts.find(({ code, reason }) => code === 'TOTAL_MISMATCH' || isInvalidCount(reason))?.reason ??
    usageContradiction(usage);
  if (contradiction !== null)
    warn('USAGE_CONTRADICTORY', `reports a usage that contradicts itself: ${contradiction}`);
}

/** Picks the cost and the origin of an answer, without its text. */
function pickBill(answered: ModelAnswer): Omit<EventData<'llm.completed'>, 'call' | 'duration_ms'> {
  const { provider, model, response_model, usage, raw_usage, service_tier } = answered;
  const { finish_reason, provider_cost_usd, reused, usage_doubts } = answered;
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
    doubts: usage_doubts === undefined ? undefined : [...usage_doubts],
    reused: reused === undefined ? undefined : { ...reused },
  });
}

// Says what a model was asked and what the answer cost, around the model client and not around the node: so
// every call counts once, whoever makes it. The bill is in the log before anybody parses the answer.
import type { EventPlace } from '../events/event.ts';
import { usageContradiction } from '../events/token-classes.ts';
import { usageSchema, type Usage } from '../events/usage.ts';
import type { EventData } from '../events/vocabulary.ts';
import type { EventLog } from '../log/write/event-log.ts';
import type { ModelAnswer, ModelClient, ModelRequest } from '../models/model.ts';
import { normalizeModelName } from '../models/model-name.ts';
import { pickRequestOptions } from '../models/request-options.ts';
import { eventPlaceOf, currentNode } from './current-node.ts';
import type { CallCounter } from './call-counter.ts';
import { toErrorData } from './error-data.ts';

export interface ModelInstruments {
  readonly log: EventLog;
  readonly monotonic: () => number;
  readonly calls: CallCounter;
}

export function instrumentedModel(inner: ModelClient, instruments: ModelInstruments): ModelClient {
  return {
    answer: (request, signal, caller) =>
      ask(instruments, request, () => inner.answer(request, signal, caller)),
  };
}

async function ask(
  { log, monotonic, calls }: ModelInstruments,
  request: ModelRequest,
  answer: () => Promise<ModelAnswer>,
): Promise<ModelAnswer> {
  const scope = currentNode();
  if (scope !== undefined) scope.calls += 1;
  const place = scope === undefined ? {} : eventPlaceOf(scope);
  const call = calls.next();
  const model = normalizeModelName(request.model);
  const { prompt, system } = request;
  if (log.level === 'trace') {
    const options = pickRequestOptions(request);
    const data = { call, model, prompt, ...(system === undefined ? {} : { system }), options };
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
      data: { call, model, duration_ms: duration(), error: toErrorData(error), ...billOf(error) },
    });
    throw error;
  }
  const { text } = answered;
  log.append({ type: 'llm.completed', ...place, data: { call, ...bill(answered), duration_ms: duration() } });
  warnOfDoubt(log, place, {
    model,
    doubt: answered.usage_contradiction ?? usageContradiction(answered.usage),
  });
  if (log.level === 'trace') log.append({ type: 'llm.answered', ...place, data: { call, response: text } });
  return answered;
}

/** A refusal or a useless answer is paid too, where the provider told its count. */
function billOf(error: unknown): { usage?: Usage } {
  const usage = usageSchema.safeParse((error as { usage?: unknown }).usage);
  return usage.success ? { usage: usage.data } : {};
}

/** A bill that contradicts itself is kept as it was told, and said to be doubtful. */
function warnOfDoubt(
  log: EventLog,
  place: EventPlace,
  { model, doubt }: { readonly model: string; readonly doubt: string | null },
): void {
  if (doubt === null) return;
  const message = `${model} reports a usage that contradicts itself: ${doubt}`;
  log.append({ type: 'warning.raised', ...place, data: { code: 'USAGE_CONTRADICTORY', message } });
}

/** What the answer cost and who gave it, without a word of it. */
function bill(answered: ModelAnswer): Omit<EventData<'llm.completed'>, 'call' | 'duration_ms'> {
  const { provider, model, response_model, usage, raw_usage, service_tier } = answered;
  const { finish_reason, provider_cost_usd, reused } = answered;
  const { requests, ...tokens } = usage;
  return {
    provider,
    model,
    ...(response_model === undefined ? {} : { response_model }),
    usage: { ...tokens, ...(requests === undefined ? {} : { requests: { ...requests } }) },
    ...(raw_usage === undefined ? {} : { raw_usage }),
    ...(service_tier === undefined ? {} : { service_tier }),
    ...(finish_reason === 'stop' ? {} : { finish_reason }),
    ...(provider_cost_usd === undefined ? {} : { provider_cost_usd }),
    ...(reused === undefined ? {} : { reused: { ...reused } }),
  };
}

// Checks that every paid request is counted as it was reported, or doubted.
import { isModelCall, type ModelCall } from '../../src/events/model-call.ts';
import { isUnmetered } from '../../src/events/token-classes.ts';
import type { SimulatedRun } from './run-scenario.ts';
import type { UsagePlan } from './usage-dialects.ts';
import type { PaidRequest } from './world.ts';

export function checkCalls({ events, paid }: Pick<SimulatedRun, 'events' | 'paid'>): string[] {
  if (events.length === 0) return [];
  const calls = events.filter(isModelCall);
  const models = new Set([...paid.map(({ model }) => model), ...calls.map(({ data }) => data.model)]);
  return [...models].flatMap((model) =>
    checkModel(
      model,
      paid.filter((request) => request.model === model),
      calls.filter(({ data }) => data.model === model),
    ),
  );
}

function checkModel(model: string, requests: readonly PaidRequest[], calls: readonly ModelCall[]): string[] {
  if (requests.length > calls.length)
    return [
      `${model}: ${String(requests.length)} requests, and ${String(calls.length)} calls are in the log`,
    ];
  const unmatched = [...calls];
  const doubted = (): ModelCall | undefined => take(unmatched, isDoubted);
  const problems: string[] = [];
  const reported = requests.flatMap(({ cost }) => (typeof cost === 'object' ? [cost.plan] : []));
  const lost = reported.filter((plan) => take(unmatched, (call) => hasUsage(call, plan)) === undefined);
  for (const plan of lost)
    if (doubted() === undefined) problems.push(`${model}: a usage is not counted: ${JSON.stringify(plan)}`);
  for (const { cost } of requests)
    if (cost === 'open' && doubted() === undefined)
      problems.push(`${model}: a request that may be billed is not doubted`);
  // What is left was rejected or not sent: it costs nothing.
  const invented = unmatched.find((call) => call.data.usage !== undefined && !isUnmetered(call.data.usage));
  if (invented !== undefined)
    problems.push(`${model}: a usage is counted that no answer had: ${JSON.stringify(invented.data.usage)}`);
  return problems;
}

function take(calls: ModelCall[], isExpected: (call: ModelCall) => boolean): ModelCall | undefined {
  const at = calls.findIndex(isExpected);
  return at < 0 ? undefined : calls.splice(at, 1)[0];
}

function isDoubted(call: ModelCall): boolean {
  if (call.type === 'llm.failed') return call.data.unmetered === true || call.data.doubts !== undefined;
  return isUnmetered(call.data.usage) || call.data.doubts !== undefined;
}

function hasUsage({ data: { usage } }: ModelCall, plan: UsagePlan): boolean {
  return (
    usage !== undefined &&
    (usage.input_tokens ?? 0) === plan.input &&
    (usage.cache_creation_input_tokens ?? 0) === plan.written &&
    (usage.cache_read_input_tokens ?? 0) === plan.read &&
    (usage.output_tokens ?? 0) === plan.output &&
    (usage.reasoning_tokens ?? 0) === plan.reasoning
  );
}

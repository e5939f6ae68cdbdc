// Writes the metrics of one or more runs down. Sums over runs are made here, the money in the ledger.
import type { Phase } from '../src/events/event.ts';
import type { RunTally } from './metrics.ts';
import type { Metrics, PhaseMetrics } from './metrics-schema.ts';
import { toMilliseconds } from './milliseconds.ts';
import { tallyDuration } from './node-tally.ts';
import { isEmptyPhase, phaseDuration, type PhaseTally } from './phase-tally.ts';
import { toDollars, toNumber } from './pricing/decimal.ts';
import type { Ledger } from './pricing/ledger.ts';
import { phaseDollars } from './pricing/phase-dollars.ts';
import type { Pricing } from './pricing/pricing.ts';
import { groupLedger, sumLedger, type Sum, type Tokens } from './pricing/sum-ledger.ts';
import { frameDuration, frameStatus, worse, type RunStatus } from './run-frame.ts';

export function metricsDocument(runs: readonly RunTally[], ledger: Ledger, pricing: Pricing): Metrics {
  const total = sumLedger(ledger);
  const byPhase = groupLedger(ledger, (bucket) => bucket.phase ?? 'workflow');
  const dollars = phaseDollars(ledger);
  const planner = phaseMetrics('planner', runs, byPhase.get('planner'), dollars.planner);
  const workflow = phaseMetrics('workflow', runs, byPhase.get('workflow'), dollars.workflow);
  const status =
    runs.map((run) => frameStatus(run.frame)).reduce<RunStatus | null>(worse, null) ?? 'incomplete';
  const cost_usd = dollars.total;
  return {
    duration_ms: toMilliseconds(sum(runs.map((run) => frameDuration(run.frame)))),
    duration_planner_ms: planner?.duration_ms ?? null,
    total_cost_usd: cost_usd,
    num_nodes: (planner?.nodes_executed ?? 0) + (workflow?.nodes_executed ?? 0),
    metrics: {
      planner,
      workflow,
      total: {
        ...allTokens(total.tokens),
        cost_usd,
        calls: total.calls,
        failed_calls: total.failed_calls,
        unmetered_calls: total.unmetered_calls,
      },
    },
    models: modelMetrics(ledger),
    reused_cost_usd: toDollars(total.reused),
    pricing: {
      source: pricing.info.source,
      version: pricing.info.version,
      exact: total.exact,
      estimated_models: [...total.estimated_models],
    },
    complete: runs.length > 0 && runs.every((run) => run.frame.ended !== null),
    status,
    ...(runs.length > 1 ? { runs: runs.length } : {}),
  };
}

/** A model that never answered is in no list; its failures are in the total. */
function modelMetrics(ledger: Ledger): Metrics['models'] {
  return [...groupLedger(ledger, (bucket) => bucket.model)]
    .filter(([, part]) => part.calls + part.reused_calls > 0)
    .map(([model, part]) => ({
      model,
      calls: part.calls,
      ...allTokens(part.tokens),
      cost_usd: toDollars(part.cost),
      estimated: part.estimated_calls > 0,
    }));
}

function phaseMetrics(
  name: Phase,
  runs: readonly RunTally[],
  calls: Sum | undefined,
  cost_usd: number,
): PhaseMetrics | null {
  const phases = runs.map((run) => run[name]);
  if (calls === undefined && phases.every(isEmptyPhase)) return null;
  const durations = runs
    .map((run) => phaseDuration(run[name], run.frame.last_ms))
    .filter((duration) => duration !== null);
  return {
    duration_ms: durations.length === 0 ? null : toMilliseconds(sum(durations)),
    nodes_executed: phases.reduce((nodes, phase) => nodes + phase.nodes.size, 0),
    node_timings: nodeTimings(phases),
    ...(calls === undefined
      ? { tokens_input: 0, tokens_output: 0, tokens_total: 0 }
      : spentTokens(calls.tokens)),
    cost_usd,
    models_used: [...(calls?.models ?? [])],
  };
}

function nodeTimings(phases: readonly PhaseTally[]): Record<string, number> {
  const totals = new Map<string, bigint>();
  for (const phase of phases) {
    for (const [id, tally] of phase.nodes) totals.set(id, (totals.get(id) ?? 0n) + tallyDuration(tally));
  }
  const sorted = [...totals].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([id, duration]) => [id, toMilliseconds(duration)]));
}

function sum(durations: readonly bigint[]): bigint {
  return durations.reduce((total, duration) => total + duration, 0n);
}

function spentTokens({ input, output }: Tokens): {
  tokens_input: number;
  tokens_output: number;
  tokens_total: number;
} {
  return {
    tokens_input: toNumber(input),
    tokens_output: toNumber(output),
    tokens_total: toNumber(BigInt(input) + BigInt(output)),
  };
}

function allTokens(tokens: Tokens): ReturnType<typeof spentTokens> & {
  tokens_cache_creation: number;
  tokens_cache_read: number;
  tokens_reasoning: number;
} {
  return {
    ...spentTokens(tokens),
    tokens_cache_creation: toNumber(tokens.cache_creation),
    tokens_cache_read: toNumber(tokens.cache_read),
    tokens_reasoning: toNumber(tokens.reasoning),
  };
}

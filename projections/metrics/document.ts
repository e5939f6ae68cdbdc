// Builds the metrics of one or more runs from sums of runs and the ledger.
import type { Metrics, PhaseMetrics } from './schema.ts';
import { toMilliseconds } from '../tally/milliseconds.ts';
import { toDollars } from '../pricing/decimal.ts';
import type { Ledger } from '../pricing/ledger/ledger.ts';
import { dollarDoubts } from '../pricing/ledger/ledger-doubts.ts';
import { dollarReported } from '../pricing/ledger/reported-bills.ts';
import { phaseDollars } from '../pricing/ledger/phase-dollars.ts';
import type { Pricing } from '../pricing/create-pricing.ts';
import { groupLedger, sumLedger, type LedgerSum } from '../pricing/ledger/sum-ledger.ts';
import { tokenFields } from '../pricing/ledger/token-fields.ts';
import type { PhaseSums, RunSums } from '../tally/run-sums.ts';

export function metricsDocument(runs: RunSums, ledger: Ledger, pricing: Pricing): Metrics {
  const total = sumLedger(ledger);
  const byPhase = groupLedger(ledger, (bucket) => bucket.phase ?? 'workflow');
  const dollars = phaseDollars(ledger);
  const planner = phaseMetrics(runs.planner, byPhase.get('planner'), dollars.planner);
  const workflow = phaseMetrics(runs.workflow, byPhase.get('workflow'), dollars.workflow);
  const status = runs.status ?? 'incomplete';
  const cost_usd = dollars.total;
  return {
    duration_ms: toMilliseconds(runs.duration),
    duration_planner_ms: planner?.duration_ms ?? null,
    total_cost_usd: cost_usd,
    num_nodes: (planner?.nodes_executed ?? 0) + (workflow?.nodes_executed ?? 0),
    exact: total.exact,
    doubts: dollarDoubts(ledger),
    ...dollarReported(ledger),
    metrics: {
      planner,
      workflow,
      total: {
        ...tokenFields(total.tokens),
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
    complete: status !== 'incomplete',
    status,
    ...(runs.runs > 1 ? { runs: runs.runs } : {}),
  };
}

/** Lists models with an answer. Failures of all other models are in the total only. */
function modelMetrics(ledger: Ledger): Metrics['models'] {
  return [...groupLedger(ledger, (bucket) => bucket.model)]
    .filter(([, part]) => part.calls + part.reused_calls > 0)
    .map(([model, part]) => ({
      model,
      calls: part.calls,
      ...tokenFields(part.tokens),
      cost_usd: toDollars(part.cost),
      estimated: part.estimated_calls > 0,
    }));
}

function phaseMetrics(phase: PhaseSums, calls: LedgerSum | undefined, cost_usd: number): PhaseMetrics | null {
  if (calls === undefined && phase.runs === 0) return null;
  return {
    duration_ms: phase.duration === null ? null : toMilliseconds(phase.duration),
    nodes_executed: phase.nodes,
    node_timings: nodeTimings(phase),
    ...phaseTokens(calls),
    cost_usd,
    models_used: [...(calls?.models ?? [])],
  };
}

function phaseTokens(
  calls: LedgerSum | undefined,
): Pick<PhaseMetrics, 'tokens_input' | 'tokens_output' | 'tokens_total'> {
  if (calls === undefined) return { tokens_input: 0, tokens_output: 0, tokens_total: 0 };
  const { tokens_input, tokens_output, tokens_total } = tokenFields(calls.tokens);
  return { tokens_input, tokens_output, tokens_total };
}

function nodeTimings({ timings }: PhaseSums): Record<string, number> {
  const sorted = [...timings].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([id, duration]) => [id, toMilliseconds(duration)]));
}

// Calculates the metrics of a well-formed log the naive way: filter, map and add, one pass over the log per number.
import type { LogEvent, Phase } from '../../../src/events/event.ts';
import type { Usage } from '../../../src/events/usage.ts';
import { callsIn, dollarsOf, isEstimated, isReused, isUnmetered } from './money-oracle.ts';

type Log = readonly LogEvent[];
const WORST = ['incomplete', 'failed', 'denied', 'interrupted', 'paused', 'success'] as const;

export function metricsOracle(log: Log): unknown {
  const runs = [...new Set(log.map(({ run }) => run))].map((run) => log.filter((event) => event.run === run));
  const paid = callsIn(log).filter((call) => !isReused(call));
  const total = tokensOf(log);
  const planner = phaseOracle(runs, 'planner');
  // The shares add up to the total: the workflow has the remainder after the planner's share is rounded.
  const share = Math.round((dollarsOf(paid) - (planner?.cost_usd ?? 0)) * 1e6) / 1e6;
  const own = phaseOracle(runs, 'workflow');
  const workflow = own === null ? null : { ...own, cost_usd: share };
  const exact = !paid.some((call) => isUnmetered(call) || isEstimated(call));
  const statuses = runs.map(
    (run) => run.find((event) => event.type === 'run.completed')?.data.status ?? 'incomplete',
  );
  return {
    duration_ms: round(sum(runs.map(durationOf))),
    duration_planner_ms: planner?.duration_ms ?? null,
    total_cost_usd: dollarsOf(paid),
    exact,
    // The usages of these logs agree with themselves, and the prices of the tests raise no doubt.
    doubts: [],
    num_nodes: (planner?.nodes_executed ?? 0) + (workflow?.nodes_executed ?? 0),
    metrics: {
      planner,
      workflow,
      total: {
        ...total,
        cost_usd: dollarsOf(paid),
        calls: paid.length,
        failed_calls: log.filter(({ type }) => type === 'llm.failed').length,
        unmetered_calls: paid.filter(isUnmetered).length,
      },
    },
    models: modelsIn(log, true).map((model) => {
      const own = log.filter((event) => (event.data as { model?: string }).model === model);
      const calls = callsIn(own).filter((call) => !isReused(call));
      const estimated = calls.some(isEstimated);
      return { model, calls: calls.length, ...tokensOf(own), cost_usd: dollarsOf(calls), estimated };
    }),
    reused_cost_usd: dollarsOf(callsIn(log).filter(isReused)),
    pricing: {
      source: 'test',
      version: '1',
      exact,
      estimated_models: [...new Set(paid.filter(isEstimated).map(({ data }) => data.model))].sort(),
    },
    complete: !statuses.includes('incomplete'),
    status: WORST.find((status) => statuses.includes(status)) ?? 'incomplete',
    ...(runs.length > 1 ? { runs: runs.length } : {}),
  };
}

interface PhaseOracle {
  readonly duration_ms: number | null;
  readonly nodes_executed: number;
  readonly cost_usd: number;
}

function phaseOracle(runs: readonly Log[], phase: Phase): PhaseOracle | null {
  const inPhase = runs.map((run) => run.filter((event) => event.phase === phase));
  const all = inPhase.flat();
  if (all.length === 0) return null;
  const ids = [...new Set(all.flatMap(({ node }) => node ?? []))].sort();
  const { tokens_input, tokens_output, tokens_total } = tokensOf(all);
  return {
    duration_ms: round(sum(inPhase.map((events, index) => phaseDuration(events, runs[index] ?? [])))),
    nodes_executed: sum(inPhase.map((events) => new Set(events.flatMap(({ node }) => node ?? [])).size)),
    node_timings: Object.fromEntries(
      ids.map((id) => [id, round(sum(inPhase.map((run) => timeOf(id, run))))]),
    ),
    tokens_input,
    tokens_output,
    tokens_total,
    cost_usd: dollarsOf(callsIn(all).filter((call) => !isReused(call))),
    models_used: modelsIn(all, true),
  } as PhaseOracle;
}

/** Takes the time of a truncated batch from its items. */
function timeOf(id: string, run: Log): number {
  const ends = run.filter(
    ({ type, node }) => node === id && (type === 'node.completed' || type === 'node.failed'),
  );
  const whole = ends.filter(({ item }) => item === undefined);
  return sum(
    (whole.length > 0 ? whole : ends).map(({ data }) => (data as { duration_ms: number }).duration_ms),
  );
}

function durationOf(run: Log): number {
  const end = run.find((event) => event.type === 'run.completed');
  return end === undefined ? lastMs(run) : end.data.duration_ms;
}

function phaseDuration(events: Log, run: Log): number {
  const end = events.find(({ type }) => type === 'planner.completed' || type === 'workflow.completed');
  if (end !== undefined) return (end.data as { duration_ms: number }).duration_ms;
  const start = events.find(({ type }) => type === 'planner.started' || type === 'workflow.started');
  return start === undefined ? 0 : lastMs(run) - start.ms;
}

const CONTENT = ['llm.prompted', 'llm.answered', 'template.resolved', 'store.changed', 'output.produced'];

/** Of the events of level metrics. */
function lastMs(run: Log): number {
  return Math.max(0, ...run.filter(({ type }) => !CONTENT.includes(type)).map(({ ms }) => ms));
}

function modelsIn(log: Log, withReused: boolean): string[] {
  const calls = callsIn(log).filter((call) => withReused || !isReused(call));
  return [...new Set(calls.map(({ data }) => data.model))].sort();
}

function tokensOf(log: Log): Record<string, number> {
  const calls = callsIn(log).filter((call) => !isReused(call));
  const of = (name: keyof Usage): number => sum(calls.map(({ data }) => Number(data.usage?.[name] ?? 0)));
  return {
    tokens_input: of('input_tokens'),
    tokens_output: of('output_tokens'),
    tokens_total: of('input_tokens') + of('output_tokens'),
    tokens_cache_creation: of('cache_creation_input_tokens'),
    tokens_cache_read: of('cache_read_input_tokens'),
    tokens_reasoning: of('reasoning_tokens'),
  };
}

/** Adds numbers with three decimals exactly. */
function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + Math.round(number * 1000), 0) / 1000;
}

function round(ms: number): number {
  return Math.round(Math.round(ms * 1000) / 10) / 100;
}

// Writes the summary of a run down from what was folded.
import { toMilliseconds } from '../tally/milliseconds.ts';
import { isOpen, tallyMilliseconds, tallyStatus } from '../tally/node-tally.ts';
import { toDollars, toNumber } from '../pricing/decimal.ts';
import { groupLedger, sumLedger } from '../pricing/ledger/sum-ledger.ts';
import { runDuration, runStatus } from '../tally/run-progress.ts';
import type { NodeSummary, Summary } from './schema.ts';
import type { NodeState, SummaryState } from './projection.ts';

export function summaryDocument(state: SummaryState): Summary {
  const total = sumLedger(state.ledger);
  const costs = groupLedger(state.ledger, ({ phase, node }) => JSON.stringify([phase ?? 'workflow', node]));
  const begun = [...state.nodes].map(([key, node]) => {
    const cost = costs.get(key)?.cost;
    return nodeSummary(node, state.progress.ended === null, cost === undefined ? 0 : toDollars(cost));
  });
  const known = new Set(begun.filter(({ phase }) => phase === 'workflow').map(({ node_id }) => node_id));
  const waiting = state.order.filter((node_id) => !known.has(node_id));
  return {
    run: state.run,
    workflow_name: state.workflow_name,
    status: runStatus(state.progress),
    phase: state.phase,
    elapsed_ms: toMilliseconds(runDuration(state.progress)),
    cost_usd: toDollars(total.cost),
    cost_is_exact: total.exact,
    tokens: toNumber(total.tokens.total_tokens),
    calls: total.calls,
    warnings: state.warnings,
    current: begun.filter((node) => node.state === 'running').map(({ node_id }) => node_id),
    nodes: [...begun, ...waiting.map(notBegun)],
  };
}

function nodeSummary(node: NodeState, isGoing: boolean, cost_usd: number): NodeSummary {
  const { phase, node_id, tally } = node;
  const isRunning = isGoing && isOpen(tally);
  return {
    node_id,
    phase,
    state: isRunning ? 'running' : tallyStatus(tally),
    duration_ms: tallyMilliseconds(tally),
    ...(isRunning ? { since_ms: node.since_ms } : {}),
    ...(isRunning && node.attempt > 1 ? { attempt: node.attempt } : {}),
    ...(tally.item_count > 0 ? { items: tally.items.ends } : {}),
    cost_usd,
  };
}

function notBegun(node_id: string): NodeSummary {
  return { node_id, phase: 'workflow', state: 'waiting', duration_ms: 0, cost_usd: 0 };
}

// Builds the summary of a run from the folded state.
import { toMilliseconds } from '../tally/milliseconds.ts';
import { countItems, isOpen, isRestored, tallyMilliseconds, tallyStatus } from '../tally/node-tally.ts';
import { toDollars, toNumber } from '../pricing/decimal.ts';
import { dollarDoubts } from '../pricing/ledger/ledger-doubts.ts';
import { dollarReported } from '../pricing/ledger/reported-bills.ts';
import { groupLedger, sumLedger } from '../pricing/ledger/sum-ledger.ts';
import { runDuration, runStatus } from '../tally/run-progress.ts';
import { present } from '../../src/values/present.ts';
import type { NodeSummary, Summary } from './schema.ts';
import type { NodeState, SummaryState } from './state.ts';

export function summaryDocument(state: SummaryState): Summary {
  const total = sumLedger(state.ledger);
  const costs = groupLedger(state.ledger, ({ phase, node }) => JSON.stringify([phase ?? 'workflow', node]));
  const started = [...state.nodes].map(([key, node]) => {
    const cost = costs.get(key)?.cost;
    return nodeSummary(node, state.progress.ended === null, cost === undefined ? 0 : toDollars(cost));
  });
  const known = new Set(started.filter(({ phase }) => phase === 'workflow').map(({ node_id }) => node_id));
  const waiting = state.order.filter((node_id) => !known.has(node_id));
  return {
    run: state.run,
    workflow_name: state.workflow_name,
    status: runStatus(state.progress),
    phase: state.phase,
    elapsed_ms: toMilliseconds(runDuration(state.progress)),
    cost_usd: toDollars(total.cost),
    cost_is_exact: total.exact,
    exact: total.exact,
    doubts: dollarDoubts(state.ledger),
    ...dollarReported(state.ledger),
    tokens: toNumber(total.tokens.total_tokens),
    calls: total.calls,
    warnings: state.warnings,
    current: started.filter((node) => node.state === 'running').map(({ node_id }) => node_id),
    nodes: [...started, ...waiting.map(waitingNode)],
  };
}

function nodeSummary(node: NodeState, isRunUnfinished: boolean, cost_usd: number): NodeSummary {
  const { phase, node_id, tally } = node;
  const isRunning = isRunUnfinished && isOpen(tally);
  return present({
    node_id,
    phase,
    state: isRunning ? ('running' as const) : isRestored(tally) ? ('restored' as const) : tallyStatus(tally),
    duration_ms: tallyMilliseconds(tally),
    since_ms: isRunning ? node.since_ms : undefined,
    attempt: isRunning && node.attempt > 1 ? node.attempt : undefined,
    items: tally.item_count > 0 ? tally.items.ends : undefined,
    items_total: tally.batch === null ? undefined : countItems(tally).total,
    items_failed: tally.items.failures > 0 ? tally.items.failures : undefined,
    retried_because: tally.retry_reasons.length > 0 ? tally.retry_reasons : undefined,
    cost_usd,
  });
}

function waitingNode(node_id: string): NodeSummary {
  return { node_id, phase: 'workflow', state: 'waiting', duration_ms: 0, cost_usd: 0 };
}

// Builds the row of one run.
import { toDecimal, toNumber } from '../pricing/decimal.ts';
import { exactDoubts } from '../pricing/ledger/ledger-doubts.ts';
import { sumLedger } from '../pricing/ledger/sum-ledger.ts';
import { toMilliseconds } from '../tally/milliseconds.ts';
import { runDuration, runStatus } from '../tally/run-progress.ts';
import type { RunRow } from './schema.ts';
import type { RunRowState } from './state.ts';

export function runRowOf(run: string, listed: RunRowState): RunRow {
  const { progress } = listed;
  const status = runStatus(progress);
  const sum = sumLedger(listed.ledger);
  const doubts = sum.exact ? [] : exactDoubts(listed.ledger);
  return {
    run,
    workflow: listed.workflow,
    status,
    started_at: listed.started_at,
    ended_at: listed.ended_at,
    duration_ms: toMilliseconds(runDuration(progress)),
    cost_usd: toDecimal(sum.cost),
    exact: sum.exact,
    ...(doubts.length === 0 ? {} : { doubts }),
    calls: sum.calls,
    tokens: toNumber(sum.tokens.total_tokens),
    models: [...sum.models],
    ...failureOf(listed, status),
    ...(status === 'failed' ? failedItems(listed) : {}),
    nodes_executed: listed.started.size,
    nodes: listed.nodes,
    ...optionalFacts(listed, status === 'incomplete'),
  };
}

type FailureFacts = Pick<RunRow, 'attempts' | 'retries' | 'failed_node' | 'error'>;

function failureOf({ failure, open, retries, error }: RunRowState, status: RunRow['status']): FailureFacts {
  const last = status === 'failed' ? undefined : [...open.values()].at(-1);
  const node = status === 'success' ? null : (last ?? failure);
  return {
    attempts: node?.attempts ?? 0,
    retries,
    failed_node: node?.node ?? null,
    error: status === 'failed' ? (failure?.error ?? error) : error,
  };
}

/** Of the innermost batch around the failure. */
function failedItems({ failure, batches }: RunRowState): Pick<RunRow, 'failed_items'> {
  if (failure === null || failure.item === null) return {};
  for (let node = failure.node; node !== ''; node = node.slice(0, Math.max(0, node.lastIndexOf('/')))) {
    const { failed, count = 0, of = 0 } = batches.get(node) ?? {};
    if (failed !== undefined && count > 0) return { failed_items: { items: [...failed], count, of } };
  }
  return {};
}

/** `isOpen`: the run has no end, so its writer may go on. */
function optionalFacts(
  { signal, tags, resumed_from, pid, host }: RunRowState,
  isOpen: boolean,
): Pick<RunRow, 'signal' | 'tags' | 'resumed_from' | 'pid' | 'host'> {
  return {
    ...(signal === null ? {} : { signal }),
    ...(resumed_from === null ? {} : { resumed_from }),
    ...(tags === null ? {} : { tags: { ...tags } }),
    ...(isOpen && pid !== null ? { pid } : {}),
    ...(isOpen && host !== null ? { host } : {}),
  };
}

// Estimates the cost of a run from the logs of earlier ones, with today's prices.
import { defaultLogs } from '../../home/default-logs.ts';
import { loadPricing } from '../../home/prices/pricing.ts';
import { PflowError } from '../../errors.ts';
import { NO_HISTORY, readCostHistory, type CostHistory } from '../../replay/cost-history.ts';
import { estimateCost, type CostEstimate } from '../../run/estimate-cost.ts';
import type { UpcomingNode } from '../../run/upcoming-nodes.ts';
import { present } from '../../values/present.ts';

export interface EstimateFlags {
  /** A log or a folder of logs; by default the folder of logs. */
  readonly history?: string;
  readonly pricing?: string;
}

interface Subject {
  /** Its name. */
  readonly workflow: string;
  readonly defaultModel: string | undefined;
}

export async function estimateRun(
  nodes: readonly UpcomingNode[],
  { workflow, defaultModel }: Subject,
  { history: named, pricing: file }: EstimateFlags,
): Promise<CostEstimate> {
  const pricing = loadPricing({
    files: file === undefined ? [] : [file],
    asOf: new Date().toISOString(),
    unknownModel: 'null',
  });
  const logs = named === undefined ? usualLogs() : [named];
  const history = await readHistory(logs, { workflow, pricing, isNamed: named !== undefined });
  return estimateCost(nodes, { history, pricing, ...present({ defaultModel }) });
}

/** Without a folder of logs there is no history. */
function usualLogs(): readonly string[] {
  try {
    return defaultLogs(process.env);
  } catch (error) {
    if (error instanceof PflowError && error.code === 'USAGE') return [];
    throw error;
  }
}

interface HistoryRequest {
  readonly workflow: string;
  readonly pricing: Parameters<typeof readCostHistory>[2];
  /** By the user: then it has to exist. */
  readonly isNamed: boolean;
}

async function readHistory(
  logs: readonly string[],
  { workflow, pricing, isNamed }: HistoryRequest,
): Promise<CostHistory> {
  if (logs.length === 0) return NO_HISTORY;
  try {
    return await readCostHistory(logs, workflow, pricing);
  } catch (error) {
    const isAbsent = error instanceof PflowError && ['FILE_NOT_FOUND', 'LOG_EMPTY'].includes(error.code);
    if (isAbsent && !isNamed) return NO_HISTORY;
    throw error;
  }
}

/** One line for people. */
export function estimateText({
  estimated_cost_usd,
  basis,
  runs,
  nodes_without_history,
  nodes_without_limit,
  nodes,
}: CostEstimate): string {
  const without = nodes_without_history.join(', ');
  if (nodes.length === 0) return 'estimate  $0: it calls no model';
  const from = `${String(runs)} earlier ${runs === 1 ? 'run' : 'runs'}`;
  if (estimated_cost_usd === null)
    return `estimate  not known: no earlier run; the requests or the price of ${without || 'some calls'} are not known yet`;
  const amount = `$${String(estimated_cost_usd)}`;
  if (basis === 'history') return `estimate  about ${amount}, from ${from}`;
  const unlimited = nodes_without_limit.join(', ');
  const isBound = unlimited === '' && nodes.every((node) => node.basis === 'upper_bound');
  const limits = unlimited === '' ? '' : `; not limited by max_tokens, or with images: ${unlimited}`;
  return `estimate  ${isBound ? 'at most' : 'about'} ${amount}; without history: ${without}${limits}`;
}

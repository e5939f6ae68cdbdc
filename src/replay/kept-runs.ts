// Opens the rows of runs that earlier lists kept.
import type { Pricing } from '../../projections/pricing/create-pricing.ts';
import type { RunRow } from '../../projections/runs/schema.ts';
import { homeFolder } from '../home/paths.ts';
import { gatewaysOf } from '../home/prices/pricing.ts';
import type { FoundLogs } from './find-logs.ts';
import { KeptFolds, keptPath, isWorthKeeping } from './kept-folds.ts';

export type KeptRuns = KeptFolds<readonly RunRow[]>;

/** Returns undefined where kept rows save no time. A row holds a cost, so it is kept for these prices only. */
export function openKeptRuns(
  { logs }: FoundLogs,
  pricing: Pricing,
  env: Readonly<Record<string, string | undefined>>,
): KeptRuns | undefined {
  if (!isWorthKeeping(logs)) return undefined;
  const path = keptPath(homeFolder(env), ['runs', pricing.info, gatewaysOf(env)]);
  return new KeptFolds(`${path}.folds`);
}

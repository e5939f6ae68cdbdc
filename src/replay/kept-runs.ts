// Opens the rows of runs that earlier lists kept.
import type { Pricing } from '../../projections/pricing/pricing.ts';
import { homeFolder } from '../home/paths.ts';
import { gatewaysOf } from '../home/prices/pricing.ts';
import type { FoundLogs } from './find-logs.ts';
import { openKeptFolds, type KeptFolds } from './kept-folds.ts';

/** Returns undefined where kept rows do not pay. A row holds a cost, so it is kept for these prices only. */
export function openKeptRuns(
  { logs }: FoundLogs,
  pricing: Pricing,
  env: Readonly<Record<string, string | undefined>>,
): KeptFolds | undefined {
  return openKeptFolds(logs, homeFolder(env), () => ['runs', pricing.info, gatewaysOf(env)]);
}

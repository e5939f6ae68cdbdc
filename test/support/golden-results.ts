// Computes the result of every projection of a log, as `pflow replay` prints it.
import { startFold } from '../../projections/fold.ts';
import { createProjections } from '../../projections/projection-list.ts';
import { loadPricing } from '../../src/home/prices/pricing.ts';
import { readLog } from '../../src/log/read/read-log.ts';

/** Returns the printed result by projection name; the log must hold one run. */
export async function goldenResults(log: string): Promise<ReadonlyMap<string, string>> {
  const folds = createProjections({ pricing: loadPricing(), explain: true }).map((projection) => ({
    name: projection.name,
    fold: startFold(projection),
  }));
  await readLog(log, {
    onEvent: (event) => {
      for (const { fold } of folds) fold.add(event);
    },
  });
  return new Map(folds.map(({ name, fold }) => [name, `${JSON.stringify(fold.result(), undefined, 2)}\n`]));
}

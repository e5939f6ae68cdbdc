// Which runs of a log are meant: all of them, the one that began last, or one by its id or the start of its id.
import { PflowError } from '../errors.ts';
import type { LogEvent } from '../events/event.ts';
import { startFold, type Fold } from '../../projections/fold.ts';
import type { Projection } from '../../projections/contract.ts';
import type { CostGaps } from '../../projections/cost/cost-gaps.ts';
import { startFolding } from './log-folding.ts';

/** Takes all events of a log and keeps what was asked for. */
export interface Selection {
  add(event: LogEvent): void;
  /** One result for scope `log`; for scope `run` that of the only run, else an object by run id. */
  result(runs: readonly string[]): unknown;
  /** What keeps the cost from being exact, where the projection knows that. */
  gaps(runs: readonly string[]): CostGaps | undefined;
}

export function startSelection(projection: Projection<unknown, unknown>, requested: string): Selection {
  return projection.scope === 'log' && requested === 'all'
    ? everything(projection)
    : byRun(projection, requested);
}

/** The ids that `requested` means, out of all runs of the log in their order. Throws RUN_UNKNOWN. */
export function selectRuns(requested: string, runs: readonly string[]): readonly string[] {
  if (requested === 'all') return runs;
  if (requested === 'last') return runs.slice(-1);
  const exact = runs.filter((run) => run === requested);
  const meant = exact.length > 0 ? exact : runs.filter((run) => run.startsWith(requested));
  if (meant.length === 1) return meant;
  const why = meant.length === 0 ? 'there is no run' : 'there are several runs';
  throw new PflowError('RUN_UNKNOWN', `${why} ${requested} in the log`, {
    details: [`there is: ${runs.slice(0, 20).join(', ') || 'none'}${runs.length > 20 ? ', …' : ''}`],
    hint: 'Give a whole id, or --run last.',
  });
}

function everything(projection: Projection<unknown, unknown>): Selection {
  const folding = startFolding([projection]);
  const state = (): unknown => folding.states()[0];
  return {
    add: (event) => {
      folding.add(event);
    },
    result: () => projection.result(state()),
    gaps: () => projection.gaps?.(state()),
  };
}

function byRun(projection: Projection<unknown, unknown>, requested: string): Selection {
  const folds = new Map<string, Fold<unknown, unknown>>();
  const single = requested !== 'all';
  const stateOf = (run: string): unknown => (folds.get(run) ?? startFold(projection)).state();
  return {
    add(event) {
      if (single && requested !== 'last' && !event.run.startsWith(requested)) return;
      let fold = folds.get(event.run);
      if (fold === undefined) {
        // Only the newest can be the last one: the others need not be kept.
        if (requested === 'last' && event.type === 'run.started') folds.clear();
        fold = startFold(projection);
        folds.set(event.run, fold);
      }
      fold.add(event);
    },
    result(runs) {
      const meant = selectRuns(requested, runs);
      const resultOf = (run: string): unknown => projection.result(stateOf(run));
      const [only] = meant;
      if (meant.length === 1 && only !== undefined) return resultOf(only);
      return Object.fromEntries(meant.map((run) => [run, resultOf(run)]));
    },
    gaps(runs) {
      const [only] = selectRuns(requested, runs);
      return only === undefined ? undefined : projection.gaps?.(stateOf(only));
    },
  };
}

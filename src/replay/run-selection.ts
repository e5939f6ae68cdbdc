// Selects runs of a log: all, the one that began last, or one by its id or the start of its id.
import type { Projection } from '../../projections/contract.ts';
import type { CostGaps } from '../../projections/cost/cost-gaps.ts';
import { startFold, type Fold } from '../../projections/fold.ts';
import { PflowError } from '../errors.ts';
import type { LogEvent } from '../events/event.ts';
import { startFolding } from './fold-logs.ts';

/** Folds the events of the selected runs. */
export interface RunSelection {
  add(event: LogEvent): void;
  /** Returns one result for scope `log`. For scope `run` it is the result of the only run, or an object by run id. */
  result(runs: readonly string[]): unknown;
  /** What keeps the cost from being exact, if the projection knows that. */
  gaps(runs: readonly string[]): CostGaps | undefined;
}

/** Starts a fold of the `requested` runs: `all`, `last`, a run id or the start of one. */
export function startSelection(projection: Projection<unknown, unknown>, requested: string): RunSelection {
  return projection.scope === 'log' && requested === 'all'
    ? selectEverything(projection)
    : selectByRun(projection, requested);
}

/** Selects the `requested` ids out of all `runs`; the last one is the latest. Throws RUN_UNKNOWN. */
export function selectRuns(requested: string, runs: readonly string[]): readonly string[] {
  if (requested === 'all') return runs;
  if (requested === 'last') return runs.slice(-1);
  const exact = runs.filter((run) => run === requested);
  const selected = exact.length > 0 ? exact : runs.filter((run) => run.startsWith(requested));
  if (selected.length === 1) return selected;
  const why = selected.length === 0 ? 'there is no run' : 'there are several runs';
  const available = `available: ${runs.slice(0, 20).join(', ')}${runs.length > 20 ? ', …' : ''}`;
  throw new PflowError('RUN_UNKNOWN', `${why} ${requested} in the log`, {
    details: [runs.length === 0 ? 'the log has no run' : available],
    hint: 'Give a whole id, or --run last.',
  });
}

function selectEverything(projection: Projection<unknown, unknown>): RunSelection {
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

function selectByRun(projection: Projection<unknown, unknown>, requested: string): RunSelection {
  const folds = new Map<string, Fold<unknown, unknown>>();
  const isSingle = requested !== 'all';
  /** Among the starts that were read; logs are read by path, not by time. */
  let latest: { readonly run: string; readonly at: string } | undefined;
  const isEarlier = ({ at, run }: LogEvent): boolean =>
    latest !== undefined && (at === latest.at ? run < latest.run : at < latest.at);
  const stateOf = (run: string): unknown => (folds.get(run) ?? startFold(projection)).state();
  return {
    add(event) {
      if (isSingle && requested !== 'last' && !event.run.startsWith(requested)) return;
      let fold = folds.get(event.run);
      if (fold === undefined) {
        if (requested === 'last') {
          // Only the latest is kept.
          if (isEarlier(event)) return;
          if (event.type === 'run.started') {
            folds.clear();
            latest = { run: event.run, at: event.at };
          }
        }
        fold = startFold(projection);
        folds.set(event.run, fold);
      }
      fold.add(event);
    },
    result(runs) {
      const selected = selectRuns(requested, runs);
      const resultOf = (run: string): unknown => projection.result(stateOf(run));
      const [only] = selected;
      if (selected.length === 1 && only !== undefined) return resultOf(only);
      return Object.fromEntries(selected.map((run) => [run, resultOf(run)]));
    },
    gaps(runs) {
      const [only] = selectRuns(requested, runs);
      return only === undefined ? undefined : projection.gaps?.(stateOf(only));
    },
  };
}

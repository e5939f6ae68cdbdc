// Projections on their way over a log: the types they want, the events they take, the states they come to. Plain flags in,
// so that each thread can make its own.
import type { LogEvent } from '../events/event.ts';
import type { ReadOptions } from '../log/read/log-checks.ts';
import type { Projection } from '../../projections/contract.ts';
import { SKIPPABLE_PARTS } from '../events/skippable.ts';
import { startFold } from '../../projections/fold.ts';

/** What a reader has to know so that nothing is handed on that no projection looks at. */
export function readOptionsFor(
  projections: readonly Projection<unknown, unknown>[],
): Pick<ReadOptions, 'handles' | 'skippable'> {
  return {
    handles: new Set(projections.flatMap(({ handles }) => handles)),
    skippable: new Set(
      SKIPPABLE_PARTS.filter((part) =>
        projections.every(({ skips: skippable }) => skippable?.includes(part) === true),
      ),
    ),
  };
}

export interface Folding {
  add(event: LogEvent): void;
  states(): readonly unknown[];
}

/** All events of a log into one state for each projection. */
export function startFolding(projections: readonly Projection<unknown, unknown>[]): Folding {
  const folds = projections.map((projection) => ({ projection, fold: startFold(projection) }));
  return {
    add(event) {
      for (const { fold } of folds) fold.add(event);
      if (event.type !== 'run.completed') return;
      // A reader hands on no event of a run that is over.
      for (const { projection, fold } of folds) projection.settle?.(fold.state(), event.run);
    },
    states: () => folds.map(({ fold }) => fold.state()),
  };
}

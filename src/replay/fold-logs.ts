// Reads logs into projections: which lines they need, the states they fold to, and which damage stops them.
import type { Projection } from '../../projections/contract.ts';
import { startFold } from '../../projections/fold.ts';
import { PflowError } from '../errors.ts';
import type { LogEvent } from '../events/event.ts';
import { SKIPPABLE_PARTS, type SkippablePart } from '../events/skippable.ts';
import type { ReadOptions } from '../log/read/read-options.ts';
import { corruptionError, type ReadReport } from '../log/read/reading-report.ts';
import type { LogMarks, LogNote } from './log-notes.ts';
import type { PriceGaps } from './price-warnings.ts';
import type { ReplayOptions } from './replay-options.ts';

/** How logs are read for projections. */
export type ReadingOptions = Required<Pick<ReadOptions, 'handles' | 'skippable' | 'late'>>;

/** Makes a reader skip everything that none of the projections looks at. */
export function readOptionsFor(projections: readonly Projection<unknown, unknown>[]): ReadingOptions {
  const first = new Set<string>(
    projections.flatMap(({ handles, late = [] }) => handles.filter((type) => !late.includes(type))),
  );
  return {
    handles: first,
    late: new Set(projections.flatMap(({ late = [] }) => late).filter((type) => !first.has(type))),
    skippable: new Set(
      SKIPPABLE_PARTS.filter((part) => projections.every(({ skips = [] }) => skipsPart(skips, part))),
    ),
  };
}

/** Adds types that are read with all their words. */
export function withTypes(options: ReadingOptions, types: readonly LogEvent['type'][]): ReadingOptions {
  if (types.length === 0) return options;
  const { handles, late, skippable } = options;
  return {
    handles: new Set([...handles, ...types]),
    late,
    skippable: new Set([...skippable].filter((part) => part !== 'words')),
  };
}

/** An ordinary usage is a raw usage. */
function skipsPart(skips: readonly SkippablePart[], part: SkippablePart): boolean {
  return skips.includes(part) || (part === 'ordinary_usage' && skips.includes('raw_usage'));
}

/** The result of folding logs. */
export interface FoldedLogs<Results extends readonly unknown[] = readonly unknown[]> {
  /** One for each requested projection, in their order. */
  readonly results: Results;
  /** What the prices leave open, for each price list; empty if no result holds money. */
  readonly gaps: readonly PriceGaps[];
  readonly notes: readonly LogNote[];
  /** Undefined if nothing is missing from the results. */
  readonly marks: LogMarks | undefined;
}

interface Folding {
  add(event: LogEvent): void;
  states(): readonly unknown[];
}

/** Folds all events of a log into one state for each projection. */
export function startFolding(projections: readonly Projection<unknown, unknown>[]): Folding {
  const folds = projections.map((projection) => ({ projection, fold: startFold(projection) }));
  return {
    add(event) {
      for (const { fold } of folds) fold.add(event);
      if (event.type !== 'run.completed') return;
      // A reader passes on no event of a run after its end.
      for (const { projection, fold } of folds) projection.settle?.(fold.state(), event.run);
    },
    states: () => folds.map(({ fold }) => fold.state()),
  };
}

/** Folds events that were read for one projection alone: all of them are of types that it handles. */
export function startFoldingOne(projection: Projection<unknown, unknown>): Folding {
  const state = projection.initial();
  return {
    add(event) {
      projection.evolve(state, event);
      if (event.type === 'run.completed') projection.settle?.(state, event.run);
    },
    states: () => [state],
  };
}

/**
 * Throws `LOG_CORRUPT` for damage that may not be skipped. Throws `LOG_PARTIAL` for unknown types that are refused.
 */
export function assertReadable(
  report: ReadReport,
  { skipCorrupt = false, strict = false }: Pick<ReplayOptions, 'skipCorrupt' | 'strict'> = {},
): void {
  const corruption = corruptionError(report);
  if (corruption !== undefined && !skipCorrupt) throw corruption;
  if (strict && report.partial !== undefined) throw unknownTypesError(report.partial);
}

function unknownTypesError({ types, writtenBy }: NonNullable<ReadReport['partial']>): PflowError {
  return new PflowError(
    'LOG_PARTIAL',
    `the log, written by pflow ${writtenBy}, holds events that this one does not know`,
    {
      details: [`unknown: ${types.join(', ')}`],
      hint: 'Update pflow, or leave out --strict and get a result that is marked partial.',
    },
  );
}

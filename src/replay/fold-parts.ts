// Folds parts of logs as one thread takes them from a queue: its own stretch into one state, what it takes from others each
// into a state of its own.
import type { PartPlace } from '../log/read/split-log.ts';
import { PartReader, type LogPart } from '../log/read/log-part.ts';
import type { Projection } from '../../projections/contract.ts';
import type { ReplayOptions } from '../cli/replay/command.ts';
import { readOptionsFor, startFolding } from './log-folding.ts';
import { PartQueue } from './part-queue.ts';

/** Plain data, for a thread to begin with. */
export interface PartsSetup {
  readonly flags: ReplayOptions;
  readonly places: readonly PartPlace[];
  /** Shared: see `PartQueue`. */
  readonly stretches: Int32Array;
  readonly thread: number;
}

/** A stretch of neighbouring parts. */
export interface FoldedPart {
  /** Its first part. */
  readonly index: number;
  readonly part: LogPart;
  /** One for each projection. */
  readonly states: readonly unknown[];
}

/** Undefined when a part is not as it should be: nobody takes another one then. */
export function foldParts(
  projections: readonly Projection<unknown, unknown>[],
  { places, stretches, thread }: Omit<PartsSetup, 'flags'>,
): readonly FoldedPart[] | undefined {
  const queue = new PartQueue(stretches);
  const folded: FoldedPart[] = [];
  let take = (): number | undefined => queue.next(thread);
  for (let index = take(); index !== undefined; index = queue.steal()) {
    const one = foldStretch(projections, places, index, take);
    if (one === undefined) {
      queue.close();
      return undefined;
    }
    folded.push(one);
    take = (): undefined => undefined;
  }
  return folded;
}

function foldStretch(
  projections: readonly Projection<unknown, unknown>[],
  places: readonly PartPlace[],
  first: number,
  next: () => number | undefined,
): FoldedPart | undefined {
  const folding = startFolding(projections);
  try {
    const reader = new PartReader({
      ...readOptionsFor(projections),
      onEvent: (event) => {
        folding.add(event);
      },
    });
    for (let index: number | undefined = first; index !== undefined; index = next()) {
      const place = places[index];
      if (place === undefined || !reader.read(place)) return undefined;
    }
    const part = reader.part();
    return part === undefined ? undefined : { index: first, part, states: folding.states() };
  } catch {
    // Whatever it is, the reader of the whole log meets it, too, and says it.
    return undefined;
  }
}

/** The states after all parts, in their order. */
export function mergeStates(projection: Projection<unknown, unknown>, states: readonly unknown[]): unknown {
  const [first = projection.initial(), ...more] = states;
  return more.reduce((merged, state) => projection.merge?.(merged, state), first);
}

// Puts together what threads made of a log. The result is the one that a single reader has; where a log is not in order in
// every respect there is none, and a single reader has to look.
import { joinParts } from '../log/read/log-part.ts';
import type { ReadReport } from '../log/read/read-report.ts';
import type { Projection } from '../../projections/contract.ts';
import { foldParts, mergeStates, type FoldedPart } from './fold-parts.ts';
import type { Threads } from './threads.ts';

export interface FoldedInThreads {
  readonly report: ReadReport;
  /** One for each projection. */
  readonly states: readonly unknown[];
}

export async function foldInThreads(
  projections: readonly Projection<unknown, unknown>[],
  threads: Threads,
): Promise<FoldedInThreads | undefined> {
  const here = foldParts(projections, threads.here);
  const folded = [here, ...((await threads.elsewhere()) as readonly (typeof here)[])];
  if (folded.includes(undefined)) return undefined;
  const parts = folded.flatMap((own) => own ?? []).sort((a, b) => a.index - b.index);
  const report = joinParts(parts.map(({ part }) => part));
  if (report === undefined) return undefined;
  return { report, states: projections.map((projection, index) => merged(projection, parts, index)) };
}

function merged(
  projection: Projection<unknown, unknown>,
  parts: readonly FoldedPart[],
  index: number,
): unknown {
  return mergeStates(
    projection,
    parts.map(({ states }) => states[index]),
  );
}

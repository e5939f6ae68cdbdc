// What must be said about a log besides its projections: a torn tail, unknown events, damage that was passed over.
import { findingCount, findingText, type ReadReport } from '../log/read/read-report.ts';
import { formatCount } from '../values/format-count.ts';

export function logNotes(report: ReadReport): string[] {
  const { torn, partial, findings, runs } = report;
  const notes = torn.map(
    ({ source, line, offset, bytes }) =>
      `${source}, line ${String(line)} (byte ${String(offset)}) is torn: ${String(bytes)} bytes without a newline are left out`,
  );
  if (partial !== undefined) {
    notes.push(`partial: written by pflow ${partial.writtenBy}, unknown here: ${partial.types.join(', ')}`);
  }
  notes.push(...findings.map((finding) => `damaged, left out: ${findingText(finding)}`));
  const more = findingCount(report) - findings.length;
  if (more > 0) notes.push(`damaged, left out: ${formatCount(more, 'more line')}`);
  notes.push(
    ...runs
      .filter(({ completed }) => completed === undefined)
      .map(({ run }) => `run ${run} is incomplete: it crashed or is still going`),
  );
  return notes;
}

/** A result that says less than the whole log says so itself. */
export function markResult(result: unknown, report: ReadReport): unknown {
  const { partial } = report;
  const damaged = findingCount(report);
  if (damaged === 0 && partial === undefined) return result;
  const log = {
    ...(damaged === 0 ? {} : { damaged_lines: damaged }),
    ...(partial === undefined
      ? {}
      : { partial: { unknown_types: partial.types, written_by: partial.writtenBy } }),
  };
  const isObject = typeof result === 'object' && result !== null && !Array.isArray(result);
  return isObject ? { ...result, log } : { result, log };
}

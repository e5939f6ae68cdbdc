// Finds runs that several logs have: copies with the same bytes count once, others are damage.
import { PflowError } from '../errors.ts';
import { readLog } from '../log/read/read-log.ts';
import type { Finding, ReadReport } from '../log/read/reading-report.ts';
import { repeatedSeqDamage } from '../log/read/run-checks.ts';
import { digestRuns, type RunDigest } from '../log/read/run-digests.ts';

/** A run that the log at `path` repeats byte for byte. */
export interface RepeatedRun {
  readonly run: string;
  readonly path: string;
  readonly original: string;
}

export interface FoundCopies {
  readonly copies: readonly RepeatedRun[];
  /** First lines of runs that an earlier log has with other bytes. */
  readonly conflicts: readonly Finding[];
}

/** Ids of runs with a line in the log. */
export interface RunsOfLog {
  readonly path: string;
  readonly runs: readonly string[];
}

/** Compares the runs of `logs`; the first log with a run has the original. Reads only logs that share a run. */
export async function findCopies(logs: readonly RunsOfLog[]): Promise<FoundCopies> {
  const repeated = repeatedRuns(logs);
  const copies: RepeatedRun[] = [];
  const conflicts: Finding[] = [];
  const originals = new Map<string, RunDigest[]>();
  for (const { path, runs } of logs) {
    const shared = new Set(runs.filter((run) => repeated.has(run)));
    if (shared.size === 0) continue;
    for (const [run, digest] of await digestRuns(path, shared)) {
      const earlier = originals.get(run) ?? [];
      const original = earlier.find((other) => other.digest === digest.digest);
      if (original === undefined) originals.set(run, [...earlier, digest]);
      else copies.push({ run, path, original: original.first.source });
      const other = original === undefined ? findOverlap(digest, earlier) : undefined;
      if (other !== undefined) conflicts.push(conflictOf(run, digest, other));
    }
  }
  return { copies, conflicts };
}

function repeatedRuns(logs: readonly RunsOfLog[]): ReadonlySet<string> {
  const once = new Set<string>();
  const repeated = new Set<string>();
  for (const { runs } of logs) {
    for (const run of new Set(runs)) {
      if (once.has(run)) repeated.add(run);
      else once.add(run);
    }
  }
  return repeated;
}

/** Finds an earlier log whose lines this one repeats, rather than continuing them. */
function findOverlap({ first }: RunDigest, earlier: readonly RunDigest[]): RunDigest | undefined {
  return earlier.find(({ lastSeq }) => lastSeq >= first.seq);
}

/** Describes a conflict as a reader of all logs does. */
function conflictOf(run: string, { first }: RunDigest, other: RunDigest): Finding {
  return { ...first, run, ...repeatedSeqDamage(first.seq), other: other.first.source };
}

/** Compares runs in logs that were read as one. It is needed only if their `report` has repeated lines. */
export async function findCopiesIn(
  paths: readonly string[],
  { findings, unlisted = {} }: ReadReport,
): Promise<FoundCopies> {
  const isRepeated =
    findings.some(({ code }) => code === 'seq-repeated') || (unlisted['seq-repeated'] ?? 0) > 0;
  if (!isRepeated || paths.length < 2) return { copies: [], conflicts: [] };
  const logs: RunsOfLog[] = [];
  for (const path of paths) logs.push({ path, runs: await runsOf(path) });
  return findCopies(logs);
}

/** Names the other log in the finding of each conflict. */
export function withOtherLogs(report: ReadReport, conflicts: readonly Finding[]): ReadReport {
  if (conflicts.length === 0) return report;
  const others = new Map(conflicts.map(({ source, run, other }) => [`${source}\n${run ?? ''}`, other]));
  const findings = report.findings.map((finding) => {
    const other = others.get(`${finding.source}\n${finding.run ?? ''}`);
    return finding.code === 'seq-repeated' && other !== undefined ? { ...finding, other } : finding;
  });
  return { ...report, findings };
}

/** Lists the runs of a log; empty for a log that cannot be read. */
async function runsOf(path: string): Promise<readonly string[]> {
  try {
    const { runs } = await readLog(path, {
      handles: new Set(),
      skipCorrupt: true,
      onEvent: () => undefined,
    });
    return runs.map(({ run }) => run);
  } catch (error) {
    if (error instanceof PflowError) return [];
    throw error;
  }
}

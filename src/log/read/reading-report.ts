// Reports the result of reading a log: how it ended, its findings, and the state of each run.
import type { RunEnd } from '../../events/run-status.ts';
import { PflowError } from '../../errors.ts';

/** `torn`: an unterminated tail was dropped. `corrupt`: a terminated line is damaged. */
export type LogEnd = 'clean' | 'torn' | 'corrupt';

export type FindingCode =
  | 'blank-line'
  | 'nul-bytes'
  | 'byte-order-mark'
  | 'crlf'
  | 'not-utf8'
  | 'not-json'
  | 'key-repeated'
  | 'too-long'
  | 'too-deep'
  | 'crc-wrong'
  | 'crc-missing'
  | 'envelope'
  | 'payload'
  | 'no-start'
  | 'second-start'
  | 'seq-gap'
  | 'seq-repeated'
  | 'after-end'
  | 'count'
  | 'gzip';

/** Position of a line. */
export interface Place {
  readonly source: string;
  /** From 1, in its source. */
  readonly line: number;
  /** Of the line's first byte in its source, after decompression. */
  readonly offset: number;
}

export interface LineDamage {
  readonly code: FindingCode;
  /** One clause for the user. */
  readonly why: string;
}

/** One damaged line. */
export interface Finding extends Place, LineDamage {
  readonly run?: string;
  readonly seq?: number;
  /** Another log that has the run, with other bytes. */
  readonly other?: string;
}

export interface TornTail extends Place {
  readonly bytes: number;
}

export interface RunReading {
  readonly run: string;
  /** `at` of its `run.started`. */
  readonly startedAt?: string;
  readonly writtenBy?: string;
  readonly level?: 'metrics' | 'trace';
  /** Number of lines, skipped ones included. */
  readonly events: number;
  readonly lastSeq: number;
  /** `status` of `run.completed`; absent: it crashed or is still going. */
  readonly completed?: RunEnd;
  /** It has its end and the declared number of events, and no finding. */
  readonly whole: boolean;
}

/** What reading a log found: how it ended, how many events, what is damaged or unknown. */
export interface ReadReport {
  readonly end: LogEnd;
  /** Terminated lines that count as events. */
  readonly events: number;
  /** Of these, by type, the ones that were not emitted. */
  readonly skippedTypes: Readonly<Record<string, number>>;
  /** Types unknown to this version: results cover less than the log. */
  readonly partial?: { readonly types: readonly string[]; readonly writtenBy: string };
  /** At most the first 10,000. */
  readonly findings: readonly Finding[];
  /** How many more there are, by code; absent when all are listed. */
  readonly unlisted?: Readonly<Partial<Record<FindingCode, number>>>;
  readonly torn: readonly TornTail[];
  readonly runs: readonly RunReading[];
}

/** A run without an end, and a log with lines of it. */
export interface OpenPlace {
  readonly run: string;
  readonly path: string;
}

/** The result of reading a part of a log without findings. */
export interface LogPart {
  readonly events: number;
  readonly skippedTypes: readonly (readonly [string, number])[];
  /** Runs that started and ended here. Only their ids are kept: a large log has many. */
  readonly endedRuns: readonly string[];
  /** All other runs, in the order of their first lines here. */
  readonly runs: readonly RunPiece[];
  /** Runs that may have no end, with the logs of their lines. */
  readonly open: readonly OpenPlace[];
}

/** The portion of a run in one part of a log. */
export interface RunPiece extends RunReading {
  /** Seq of its first line here, and the seq after its last. */
  readonly first: number;
  readonly next: number;
  readonly hasChecksums: boolean;
  /** Assumed where its start is not in this part. */
  readonly format: number | undefined;
}

/** `run.ndjson, line 12 (byte 3456, seq 11): the checksum does not match`. */
export function findingText(finding: Finding): string {
  const { source, other, run = '' } = finding;
  if (other !== undefined) {
    return `${other} and ${source} have different lines of run ${run}: one is an older or changed copy; check both with pflow verify, and move one out of the folder`;
  }
  return `${finding.source}, ${placeText(finding)}: ${finding.why}`;
}

/** `line 12 (byte 3456, seq 11)`. */
export function placeText({ line, offset, seq }: Omit<Finding, 'source' | 'code' | 'why'>): string {
  const seqText = seq === undefined ? '' : `, seq ${String(seq)}`;
  return `line ${String(line)} (byte ${String(offset)}${seqText})`;
}

/** Number of findings, listed or not. */
export function findingCount({ findings, unlisted = {} }: Pick<ReadReport, 'findings' | 'unlisted'>): number {
  return Object.values(unlisted).reduce((sum, count) => sum + count, findings.length);
}

/** The error for a damaged log; undefined for an intact one. */
export function corruptionError(report: ReadReport): PflowError | undefined {
  const [first, ...rest] = report.findings;
  if (first === undefined) return undefined;
  const what = first.other === undefined ? 'the log is damaged: ' : '';
  return new PflowError('LOG_CORRUPT', `${what}${findingText(first)}`, {
    hint: 'pflow replay --skip-corrupt goes on without the damaged lines, and marks the result.',
    path: first.source,
    details: rest.map(findingText),
  });
}

// Finds logs, and starts threads that fold them where that saves time. A command loads this module before the rest,
// which takes the threads as long to load as this one. They run worker.ts.
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { splitLogs } from '../log/read/split-log.ts';
import { findLogs, isStdin, type FoundLog, type FoundLogs } from './find-logs.ts';
import type { FoldedPart, Parts, PartsSetup, Threads } from './fold-parts.ts';
import type { KeptSpend } from './kept-groups.ts';
import { MAX_PARTS, PartQueue } from './part-queue.ts';
import type { ReplayOptions } from './replay-options.ts';

/** Projections whose states can be merged over several parts of a log. */
export const FOLDED_IN_PARTS: ReadonlySet<string> = new Set(['metrics', 'cost', 'spend', 'partners']);

/** Shorter ranges take more time to join than they save. */
const RANGE_BYTES = 8 * 1024 * 1024;
/** A thread takes about as long to start as this many bytes take to read. */
const LEAST_BYTES_FOR_THREADS = 64 * 1024 * 1024;
/** So many that no thread waits long for the last one. */
const PARTS_PER_THREAD = 16;
/** For logs that are read as one. More would take more memory than time they save. */
const MAX_THREADS = 4;
/** For the young objects of a thread; nearly all of them die at once. */
const YOUNG_MB = 16;

export interface StartedReplay {
  readonly found: FoundLogs | 'stdin';
  /** Undefined if threads save no time, or cannot fold the requested projections. */
  readonly threads: Threads | undefined;
  /** With it, `found` has only the logs that must be folded. */
  readonly kept?: KeptSpend;
}

/** Finds the logs at `named`, and starts threads if they save time. Throws what finding logs throws. */
export function startReplay(named: readonly string[], options: ReplayOptions): StartedReplay {
  if (isStdin(named)) return { found: 'stdin', threads: undefined };
  const found = findLogs(named);
  return { found, threads: startThreads(found.logs, options) };
}

/** Starts threads for these logs if they save time. */
export function startThreads(logs: readonly FoundLog[], options: ReplayOptions): Threads | undefined {
  const script = workerPath();
  const count = threadCount(logs, options);
  if (script === undefined || count < 2 || !foldsInParts(options)) return undefined;
  const parts =
    options.eachLog === true
      ? groupLogs(logs, count * PARTS_PER_THREAD)
      : splitIntoRanges(logs, options.threads);
  if (parts === undefined || parts.list.length > MAX_PARTS) return undefined;
  const { stretches } = PartQueue.share(parts.list.length, count);
  const setupOf = (thread: number): PartsSetup => ({ options, parts, stretches, thread });
  const others = Array.from({ length: count - 1 }, (_, index) => setupOf(index + 1));
  return { here: setupOf(0), elsewhere: startWorkers(script, others) };
}

function threadCount(logs: readonly FoundLog[], { threads, eachLog }: ReplayOptions): number {
  const weight = logs.reduce((sum, log) => sum + log.weight, 0);
  if (threads === undefined && weight < LEAST_BYTES_FOR_THREADS) return 1;
  const most = eachLog === true ? logs.length : (threads ?? MAX_THREADS);
  return Math.min(threads ?? availableParallelism(), most);
}

function foldsInParts({ project, run = 'all', until, pricing = [] }: ReplayOptions): boolean {
  const isWhole = run === 'all' && until === undefined && pricing.length < 2;
  return (
    isWhole &&
    project.length > 0 &&
    project.every((one) => typeof one === 'string' && FOLDED_IN_PARTS.has(one))
  );
}

/** Groups neighbouring logs, so that all groups have about the same weight. */
function groupLogs(logs: readonly FoundLog[], count: number): Parts {
  const whole = logs.reduce((sum, { weight }) => sum + weight, 0);
  const groups: string[][] = [];
  let before = 0;
  for (const { path, weight } of logs) {
    const index = Math.min(count - 1, Math.floor((before / Math.max(1, whole)) * count));
    (groups[index] ??= []).push(path);
    before += weight;
  }
  return { kind: 'logs', list: groups.filter((group) => group.length > 0) };
}

/** Splits logs into ranges. `threads` that the caller requests get ranges of short logs, too. */
function splitIntoRanges(logs: readonly FoundLog[], threads: number | undefined): Parts | undefined {
  const bytes = logs.reduce((sum, { weight }) => sum + weight, 0);
  const size =
    threads === undefined ? RANGE_BYTES : Math.min(RANGE_BYTES, bytes / (threads * PARTS_PER_THREAD));
  const list = splitLogs(
    logs.map(({ path }) => path),
    Math.ceil(Math.max(size, bytes / MAX_PARTS)),
  );
  return list === undefined ? undefined : { kind: 'ranges', list };
}

/**
 * Finds the bundled program of a thread. Both the chunks of the command and the modules of the library look for it.
 */
function workerPath(): string | undefined {
  return ['../replay-worker.js', '../../bin/replay-worker.js']
    .map((path) => fileURLToPath(new URL(path, import.meta.url)))
    .find((path) => existsSync(path));
}

function startWorkers(script: string, setups: readonly PartsSetup[]): Threads['elsewhere'] {
  const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_MB };
  // The options of Node of the caller are for its program: a worker would fail with some, such as --input-type.
  const options = { resourceLimits, execArgv: [] };
  const workers = setups.map((workerData) => new Worker(script, { workerData, ...options }));
  const answers = Promise.all(
    workers.map(async (worker) => {
      // A thread whose result is never collected must not keep the process alive.
      worker.unref();
      const [answer] = (await once(worker, 'message')) as [readonly FoldedPart[] | undefined];
      return answer;
    }),
  );
  // Handled where the results are collected; before that, a failure must not end the process.
  answers.catch(() => undefined);
  return () => {
    for (const worker of workers) worker.ref();
    return answers;
  };
}

/**
 * Sets V8 up for a process that only folds, for a second or two. A young generation that grows takes ever more memory
 * for objects that are long dead. Compiling takes a fifth of such a process: inlining less saves more than it costs up
 * to several million events.
 */
export function tuneForFolds(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--max-inlined-bytecode-size-cumulative=300');
}

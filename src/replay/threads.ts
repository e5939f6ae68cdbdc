// Starts threads for large logs, before anything else is loaded: they take as long to load it as this thread does. What they
// do is in part-worker.ts.
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { splitLogs } from '../log/read/split-log.ts';
import type { ReplayOptions } from '../cli/replay/command.ts';
import { workerPath } from './worker-path.ts';
import type { PartsSetup } from './fold-parts.ts';
import { logSources } from './log-sources.ts';
import { MOST_PARTS, PartQueue } from './part-queue.ts';

/** Projections whose states of parts of a log combine to the state of the log. */
export const FOLDED_IN_PARTS: ReadonlySet<string> = new Set(['metrics', 'cost', 'spend', 'partners']);

const PART_BYTES = 8 * 1024 * 1024;
/** A thread takes about as long to start as this many bytes take to read. */
const PAYS_FROM_BYTES = 64 * 1024 * 1024;
/** More would take more memory than time they save. */
const MOST_THREADS = 4;

/** For the young objects of a thread; nearly all of them die at once. */
const YOUNG_MB = 16;

export interface Threads {
  /** What this thread has to do. */
  readonly here: PartsSetup;
  /** What each of the others answered. Rejects with what one failed with. */
  elsewhere(): Promise<readonly unknown[]>;
}

/** Undefined where threads would not pay, or cannot help. */
export function startThreads(logs: readonly string[], flags: ReplayOptions): Threads | undefined {
  const script = workerPath('part-worker');
  const count = Math.min(availableParallelism(), MOST_THREADS);
  if (script === undefined || count < 2 || !canBeParted(logs, flags)) return undefined;
  const sources = logSources(logs);
  if (sources.piped) return undefined;
  const bytes = sources.paths.reduce((sum, path) => sum + sizeOf(path), 0);
  if (bytes < PAYS_FROM_BYTES) return undefined;
  const places = splitLogs(sources.paths, Math.max(PART_BYTES, bytes / MOST_PARTS));
  if (places === undefined || places.length > MOST_PARTS) return undefined;
  const { stretches } = PartQueue.share(places.length, count);
  const setup = (thread: number): PartsSetup => ({ flags, places, stretches, thread });
  return {
    here: setup(0),
    elsewhere: start(
      script,
      Array.from({ length: count - 1 }, (_, other) => setup(other + 1)),
    ),
  };
}

function start(script: string, setups: readonly PartsSetup[]): Threads['elsewhere'] {
  keepNurserySmall();
  const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_MB };
  const workers = setups.map((workerData) => new Worker(script, { workerData, resourceLimits }));
  const answers = Promise.all(
    workers.map(async (worker) => {
      // Nobody waits for a thread that nobody asks.
      worker.unref();
      const [answer] = (await once(worker, 'message')) as [unknown];
      return answer;
    }),
  );
  // Heard by whoever asks; until then a failure is nobody's.
  answers.catch(() => undefined);
  return () => {
    for (const worker of workers) worker.ref();
    return answers;
  };
}

/** As the limit does for the others: otherwise V8 gives this thread ever more memory for objects that are long dead. */
function keepNurserySmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

function canBeParted(logs: readonly string[], { project, run, until, pricing }: ReplayOptions): boolean {
  const whole = run === 'all' && until === undefined && pricing.length < 2 && !logs.includes('-');
  return whole && project.length > 0 && project.every((name) => FOLDED_IN_PARTS.has(name));
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

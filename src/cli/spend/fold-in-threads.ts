// Folds many logs on several cores. The logs are cut into parts that keep their order, and the states of the
// parts are merged in that order, so the result is the one that a single thread has.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { workerPath } from '../../replay/worker-path.ts';
import type { FoundLog } from '../../replay/find-logs.ts';
import { foldFiles } from './fold-files.ts';
import type { FoldedLogs } from './folded-logs.ts';
import type { SpendProjection, SpendSetup } from './spend-setup.ts';

/** More parts than threads, so that none waits long for the last one. */
const PARTS_PER_THREAD = 4;

export interface Threading {
  readonly setup: SpendSetup;
  readonly projection: SpendProjection;
  /** This thread included. */
  readonly threads: number;
}

/** One result for each part, in the order of the logs. */
export async function foldInThreads(logs: readonly FoundLog[], threading: Threading): Promise<FoldedLogs[]> {
  const { setup, projection } = threading;
  const script = threading.threads > 1 ? workerPath('spend-worker') : undefined;
  const threads = script === undefined ? 1 : Math.max(1, Math.min(threading.threads, logs.length));
  const parts = cut(logs, threads === 1 ? 1 : threads * PARTS_PER_THREAD);
  const results: FoldedLogs[] = [];
  let next = 0;
  const work = async (foldPart: (paths: readonly string[]) => Promise<FoldedLogs>): Promise<void> => {
    for (let index = next++; index < parts.length; index = next++) {
      results[index] = await foldPart(parts[index] ?? []);
    }
  };
  const workers =
    script === undefined
      ? []
      : Array.from({ length: threads - 1 }, () => new Worker(script, { workerData: setup }));
  try {
    await Promise.all([
      work((paths) => foldFiles(paths, projection)),
      ...workers.map((worker) => work((paths) => foldElsewhere(worker, paths))),
    ]);
    return results;
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/** Rejects with what the thread failed with. */
async function foldElsewhere(worker: Worker, paths: readonly string[]): Promise<FoldedLogs> {
  worker.postMessage(paths);
  const [folded] = (await once(worker, 'message')) as [FoldedLogs];
  return folded;
}

/** Parts of about the same weight, each a run of neighbours. */
function cut(logs: readonly FoundLog[], count: number): string[][] {
  const whole = logs.reduce((sum, { weight }) => sum + weight, 0);
  const parts: string[][] = [];
  let before = 0;
  for (const { path, weight } of logs) {
    const index = Math.min(count - 1, Math.floor((before / Math.max(1, whole)) * count));
    (parts[index] ??= []).push(path);
    before += weight;
  }
  return parts.filter((part) => part.length > 0);
}

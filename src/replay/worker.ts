// The program of a thread: folds parts of logs until the queue is empty, and posts the results.
import { parentPort, workerData } from 'node:worker_threads';
import type { Projection } from '../../projections/contract.ts';
import { foldParts, type PartsSetup } from './fold-parts.ts';
import type { ReplayOptions } from './replay-options.ts';

async function loadProjections(options: ReplayOptions): Promise<readonly Projection<unknown, unknown>[]> {
  if (options.eachLog === true) {
    const { requestedSpend } = await import('./requested-spend.ts');
    return [requestedSpend(options)];
  }
  const { requestedProjections } = await import('./requested-projections.ts');
  return (await requestedProjections(options)).folded;
}

const setup = workerData as PartsSetup;
parentPort?.postMessage(await foldParts(await loadProjections(setup.options), setup));

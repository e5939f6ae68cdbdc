// A thread that folds the logs it is told to: takes lists of paths, answers with what came of them.
import { parentPort, workerData } from 'node:worker_threads';
import { foldFiles } from './fold-files.ts';
import { spendProjection, type SpendSetup } from './spend-setup.ts';

const projection = spendProjection(workerData as SpendSetup);

async function answer(paths: readonly string[]): Promise<void> {
  parentPort?.postMessage(await foldFiles(paths, projection));
}

// A failure ends the thread, and with that it is told to whoever started it.
parentPort?.on('message', (paths: readonly string[]) => void answer(paths));

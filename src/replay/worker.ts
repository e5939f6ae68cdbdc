// The program of a thread: folds parts of logs until the queue is empty, and posts what they came to.
import { parentPort, workerData } from 'node:worker_threads';
import { foldParts, type PartsSetup } from './fold-parts.ts';
import { requestedProjections } from './requested-projections.ts';

const setup = workerData as PartsSetup;
const { folded } = requestedProjections(setup.options);

parentPort?.postMessage(await foldParts(folded, setup));

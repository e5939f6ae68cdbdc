// A thread that folds parts of logs: takes the next part that nobody has taken until none is left, then answers with all.
import { parentPort, workerData } from 'node:worker_threads';
import { foldParts, type PartsSetup } from './fold-parts.ts';
import { requestedProjections } from './requested-projections.ts';

const setup = workerData as PartsSetup;

parentPort?.postMessage(foldParts(requestedProjections(setup.flags).folded, setup));

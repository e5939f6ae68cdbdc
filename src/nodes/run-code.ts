// Runs JavaScript in its own thread, without the environment of the process. Ends it at its limits of time and memory,
// or on an abort. Does not interpret the outcome; the caller does.
import { Worker } from 'node:worker_threads';
import { CODE_THREAD_SOURCE, createThreadData } from './code-thread.ts';

interface CodeRun {
  readonly code: string;
  /** Plain values. */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly memoryMb: number;
  readonly signal: AbortSignal;
}

export interface CodeError {
  /** The name of the thrown error, or `NotPlain` or `NoResult` for an invalid result. */
  readonly name: string;
  readonly message: string;
  readonly line?: number;
}

export type CodeOutcome =
  | { readonly result: unknown }
  | { readonly error: CodeError }
  /** The code waits for a promise that never settles. */
  | { readonly pending: true }
  | { readonly outOfMemory: true }
  /** The code was ended by the signal. */
  | { readonly ended: true };

export async function runCode({ code, inputs, memoryMb, signal }: CodeRun): Promise<CodeOutcome> {
  if (signal.aborted) return { ended: true };
  const thread = new Worker(CODE_THREAD_SOURCE, {
    eval: true,
    env: {},
    argv: [],
    execArgv: [],
    workerData: createThreadData(code, JSON.stringify(inputs)),
    resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: Math.max(1, memoryMb / 8) },
  });
  let stop = (): void => undefined;
  try {
    return await new Promise<CodeOutcome>((resolve, reject) => {
      stop = (): void => {
        resolve({ ended: true });
      };
      signal.addEventListener('abort', stop, { once: true });
      thread.once('message', (text: string) => {
        resolve(JSON.parse(text) as CodeOutcome);
      });
      thread.once('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') resolve({ outOfMemory: true });
        else reject(error);
      });
      thread.once('exit', () => {
        resolve({ ended: true });
      });
    });
  } finally {
    signal.removeEventListener('abort', stop);
    await thread.terminate();
  }
}

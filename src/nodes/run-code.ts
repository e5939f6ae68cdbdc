// Runs JavaScript in a thread of its own, without the environment of the process, and ends it when its time, its
// memory or the patience of the caller is over. It judges nothing: what came of the code is told as it is.
import { Worker } from 'node:worker_threads';
import { CODE_THREAD_SOURCE, createThreadData } from './code-thread.ts';

export interface CodeRun {
  readonly code: string;
  /** Plain values. */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly memoryMb: number;
  readonly signal: AbortSignal;
}

export interface CodeError {
  /** `NotPlain` and `NoResult` are about the result; any other name is that of what the code threw. */
  readonly name: string;
  readonly message: string;
  readonly line?: number;
}

export type CodeOutcome =
  | { readonly result: unknown }
  | { readonly error: CodeError }
  /** It waits for something that never comes. */
  | { readonly pending: true }
  | { readonly outOfMemory: true }
  /** The signal has ended it. */
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

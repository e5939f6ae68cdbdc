// Runs `pflow worker`: prints a line for each run that ends here, until a signal or the last run.
import { databaseUrl } from '../../engine/database.ts';
import { CALLS_QUEUE, DEFAULT_QUEUE } from '../../engine/submission.ts';
import { Worker, type ModelLimit } from '../../engine/worker.ts';
import { PflowError } from '../../errors.ts';
import { workingFolder } from '../../home/paths.ts';
import { Interruption } from '../../run/interruption.ts';
import { formatCount } from '../../values/format-count.ts';
import { present } from '../../values/present.ts';
import { followCaller, stopOnSignals } from '../terminal/signals.ts';
import type { Terminal } from '../terminal/terminal.ts';

export interface WorkerFlags {
  readonly queue: readonly string[];
  readonly concurrency?: number;
  readonly drain?: boolean;
  readonly sharedCalls: 'on' | 'off';
  readonly modelLimit: readonly ModelLimit[];
  readonly database?: string;
  readonly nodes: readonly string[];
}

/** Kubernetes waits 30 seconds before it kills. */
const GRACE_MS = 25_000;

export async function executeWorker(flags: WorkerFlags, terminal: Terminal): Promise<number> {
  const { env } = process;
  const { concurrency, nodes } = flags;
  if (concurrency === 0) {
    throw new PflowError('USAGE', '--concurrency takes a number above 0', { hint: 'Leave it out for 10.' });
  }
  const url = databaseUrl(flags.database, env);
  const sharedCalls = flags.sharedCalls === 'on';
  const all = sharedCalls ? [DEFAULT_QUEUE, CALLS_QUEUE] : [DEFAULT_QUEUE];
  const queues = flags.queue.length === 0 ? all : [...new Set(flags.queue)];
  refuseLimits(flags, queues);
  const controller = new AbortController();
  const release =
    terminal.caller === undefined
      ? stopOnSignals(controller)
      : followCaller(terminal.caller.signal, controller);
  const worker = new Worker({
    ...{ url, queues, env, nodes, sharedCalls, cwd: workingFolder() },
    modelLimits: flags.modelLimit,
    ...present({ concurrency }),
    onEnd: (run, { status, error }) => {
      terminal.out(`${JSON.stringify({ run, status, ...present({ error }) })}\n`);
    },
    onTakeOver: (runs) => {
      terminal.err(`note   took over ${formatCount(runs.length, 'run')} of a worker that ended\n`);
    },
  });
  try {
    await worker.start();
    terminal.err(`note   worker ${worker.executor} serves ${queues.join(', ')}\n`);
    await worker.serve(controller.signal, { drain: flags.drain === true });
  } finally {
    await worker.stop(GRACE_MS);
    release();
  }
  const { reason } = controller.signal as { reason: unknown };
  // A worker that a signal stops has done what it should.
  return reason instanceof Interruption || !controller.signal.aborted ? 0 : 1;
}

/** Limits hold where calls go through queues. */
function refuseLimits({ modelLimit, sharedCalls }: WorkerFlags, queues: readonly string[]): void {
  if (modelLimit.length === 0) return;
  if (sharedCalls === 'on' && queues.includes(CALLS_QUEUE)) return;
  throw new PflowError('USAGE', '--model-limit is for workers that serve shared model calls', {
    hint: `Give it to the workers with --queue ${CALLS_QUEUE}, or to those without --queue.`,
  });
}

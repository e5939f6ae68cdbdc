// Runs `pflow worker`: prints a line for each run that ends here, until a signal or the last run.
import { databaseUrl, refuseOtherDatabase } from '../../engine/database.ts';
import { DevServer } from '../../engine/dev-server.ts';
import { CALLS_QUEUE, DEFAULT_QUEUE } from '../../engine/submission.ts';
import { Worker, type ModelLimit, type WorkerOptions } from '../../engine/queue-worker.ts';
import { PflowError } from '../../errors.ts';
import { workingFolder } from '../../home/paths.ts';
import { readSettings, type Settings } from '../../home/settings.ts';
import { normalizeModelName, parseModelName } from '../../models/model-name.ts';
import { Interruption } from '../../run/interruption.ts';
import { formatCount } from '../../values/format-count.ts';
import { present } from '../../values/present.ts';
import { asPflowError, formatError } from '../terminal/error-text.ts';
import { stopOnRequest } from '../terminal/signals.ts';
import type { Terminal } from '../terminal/terminal.ts';

export interface WorkerFlags {
  readonly queue: readonly string[];
  readonly concurrency?: number;
  readonly drain?: boolean;
  readonly dev?: boolean;
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
  if (flags.dev === true) refuseOtherDatabase(flags.database, env);
  const sharedCalls = flags.sharedCalls === 'on';
  const all = sharedCalls ? [DEFAULT_QUEUE, CALLS_QUEUE] : [DEFAULT_QUEUE];
  const queues = flags.queue.length === 0 ? all : [...new Set(flags.queue)];
  const modelLimits = limitsOf(flags, queues, env);
  const cwd = workingFolder();
  // A signal must not leave a server behind that has just been started.
  const controller = new AbortController();
  const release = stopOnRequest(controller, terminal.caller);
  let server: DevServer | undefined;
  try {
    if (flags.dev === true) server = await startDevServer(terminal);
    const url = databaseUrl(flags.database, env);
    const worker = createWorker({ url, queues, env, nodes, sharedCalls, cwd, modelLimits }, flags, terminal);
    await serveRuns(worker, flags, { queues, signal: controller.signal, terminal });
  } finally {
    await server?.stop();
    release();
  }
  const { reason } = controller.signal as { reason: unknown };
  // A worker that a signal stops has done what it should.
  return reason instanceof Interruption || !controller.signal.aborted ? 0 : 1;
}

async function startDevServer(terminal: Terminal): Promise<DevServer> {
  const server = await DevServer.start(process.env);
  terminal.err(`note   development database in ${server.folder}; other commands of pflow find it there\n`);
  terminal.err(`note   for other programs: PFLOW_DATABASE_URL='${server.url}'\n`);
  return server;
}

type WorkerFacts = Pick<
  WorkerOptions,
  'url' | 'queues' | 'env' | 'nodes' | 'sharedCalls' | 'cwd' | 'modelLimits'
>;

function createWorker(facts: WorkerFacts, { concurrency }: WorkerFlags, terminal: Terminal): Worker {
  return new Worker({
    ...facts,
    ...present({ concurrency }),
    onEnd: (run, { status, error }) => {
      terminal.out(`${JSON.stringify({ run, status, ...present({ error }) })}\n`);
    },
    onFault: (run, error) => {
      const fault = asPflowError(error);
      const message = `run ${run} could not be executed: ${fault.message}`;
      terminal.err(formatError(fault.with({ message })));
    },
    onTakeOver: (runs) => {
      terminal.err(`note   took over ${formatCount(runs.length, 'run')} of a worker that ended\n`);
    },
  });
}

interface Serving {
  readonly queues: readonly string[];
  readonly signal: AbortSignal;
  readonly terminal: Terminal;
}

async function serveRuns(
  worker: Worker,
  { drain = false, sharedCalls }: WorkerFlags,
  { queues, signal, terminal }: Serving,
): Promise<void> {
  try {
    await worker.start();
    terminal.err(`note   worker ${worker.executor} serves ${queues.join(', ')}\n`);
    if (!queues.includes(CALLS_QUEUE) && sharedCalls === 'on')
      terminal.err(`note   model calls are left to workers with --queue ${CALLS_QUEUE}\n`);
    await worker.serve(signal, { drain });
  } finally {
    await worker.stop(GRACE_MS);
  }
}

/** A provider of the settings may have a name like that of a model. Throws MODEL_UNKNOWN. */
function normalizeLimit(of: string, custom: Settings['providers'] = {}): string {
  const isModel = of.includes('/') || (!Object.hasOwn(custom, of) && normalizeModelName(of) !== of);
  const { provider, name } = parseModelName(isModel ? of : `${of}/any`, custom);
  return isModel ? `${provider}/${name}` : provider;
}

/** Limits hold where calls go through queues. Throws USAGE, and for a provider that is not known. */
function limitsOf(
  { modelLimit, sharedCalls }: WorkerFlags,
  queues: readonly string[],
  env: WorkerOptions['env'],
): readonly ModelLimit[] {
  if (modelLimit.length === 0) return [];
  if (sharedCalls === 'on' && queues.includes(CALLS_QUEUE)) {
    const { providers } = readSettings(env);
    return modelLimit.map((limit) => ({ ...limit, of: normalizeLimit(limit.of, providers) }));
  }
  throw new PflowError('USAGE', '--model-limit is for workers that serve shared model calls', {
    hint: `Give it to the workers with --queue ${CALLS_QUEUE}, or to those without --queue.`,
  });
}

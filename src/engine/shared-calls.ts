// Makes a model call a durable workflow of its own: it is paid once, whatever happens to the worker of its run.
import type { DBOSClient } from '@dbos-inc/dbos-sdk';
import type { Pool } from 'pg';
import { PflowError } from '../errors.ts';
import { readSettings } from '../home/settings.ts';
import { withSettingsEnv } from '../home/settings-env.ts';
import { ModelFailure } from '../models/model-failure.ts';
import type { ModelAnswer, ModelClient, ModelRequest } from '../models/model.ts';
import { parseModelName } from '../models/model-name.ts';
import { CallNames } from './call-names.ts';
import { DBOS_SCHEMA, outlastOutage, PROTOCOL } from './database.ts';
import { findFirstExecution } from './first-execution.ts';
import type { Dbos } from './packages.ts';
import { CALLS_QUEUE, CALL_WORKFLOW } from './submission.ts';
import { doubtOfRepetition } from './repeated-calls.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The result of a call, as JSON text. */
type CallEnd = { readonly answer: ModelAnswer } | { readonly failure: Record<string, unknown> };

const POLL_MS = 50;
const LIST_QUEUES_MS = 5_000;

/** Hands the calls of runs to the workers of the queue for calls. */
export class SharedCalls {
  private readonly client: DBOSClient;
  private readonly pool: Pool;
  private readonly env: Environment;
  private queues: { readonly names: ReadonlySet<string>; readonly until: number } | undefined;

  constructor(client: DBOSClient, pool: Pool, env: Environment) {
    this.client = client;
    this.pool = pool;
    this.env = env;
  }

  /** For one execution of the run. */
  clientOf(run: string): ModelClient {
    const names = new CallNames(run);
    return {
      answer: async (request, signal, _caller, details) => {
        signal.throwIfAborted();
        const workflowID = names.next(request);
        const queueName = await this.queueOf(request);
        await this.client.enqueue(
          { workflowName: CALL_WORKFLOW, workflowID, queueName, appVersion: PROTOCOL },
          JSON.stringify(request),
        );
        details?.onSent?.();
        const handle = this.client.retrieveWorkflow<string>(workflowID);
        const end = JSON.parse(
          await unlessAborted(handle.getResult({ pollingIntervalMs: POLL_MS }), signal),
        ) as CallEnd;
        if ('failure' in end) throw reviveFailure(end.failure);
        return end.answer;
      },
    };
  }

  /** A model with a limit has a queue of its own, else its provider. */
  private async queueOf({ model }: ModelRequest): Promise<string> {
    const { provider, name } = parseModelName(model, readSettings(this.env).providers);
    const now = performance.now();
    if (this.queues === undefined || this.queues.until < now) {
      const names = new Set(await listCallQueues(this.pool));
      this.queues = { names, until: now + LIST_QUEUES_MS };
    }
    const { names } = this.queues;
    return (
      [`${provider}/${name}`, provider].map(limitedQueue).find((queue) => names.has(queue)) ?? CALLS_QUEUE
    );
  }
}

/** `of`: a provider, or one of its models. */
export function limitedQueue(of: string): string {
  return `${CALLS_QUEUE}-${of}`;
}

/** Queues for the calls of models and providers with a limit. */
export async function listCallQueues(pool: Pool): Promise<readonly string[]> {
  const { rows } = await outlastOutage(() =>
    pool.query<{ name: string }>(`SELECT name FROM "${DBOS_SCHEMA}".queues WHERE name LIKE $1`, [
      `${CALLS_QUEUE}-%`,
    ]),
  );
  return rows.map(({ name }) => name);
}

async function unlessAborted<T>(result: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => {
      reject(signal.reason as Error);
    };
    // It may have been aborted while the call was handed over.
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([aborted, result]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

interface CallParts {
  readonly dbos: Dbos;
  readonly pool: Pool;
  readonly env: Environment;
}

/** Answers a call on the worker that took it. A call that an earlier worker may have made has a doubt. */
export async function answerCall(
  text: string,
  execution: string,
  { dbos, pool, env }: CallParts,
): Promise<string> {
  const id = dbos.DBOS.workflowID ?? '';
  const isFirst = (await findFirstExecution(id, execution, pool)) === execution;
  const settings = readSettings(env);
  const request = JSON.parse(text) as ModelRequest;
  return dbos.DBOS.runStep(
    async () => {
      const { createProviderClient } = await import('../models/provider-client.ts');
      const client = createProviderClient({
        env: withSettingsEnv(env, settings),
        providers: settings.providers ?? {},
      });
      const end = await endOf(() => client.answer(request, new AbortController().signal));
      return JSON.stringify(isFirst ? end : withDoubt(end));
    },
    { name: 'call' },
  );
}

async function endOf(call: () => Promise<ModelAnswer>): Promise<CallEnd> {
  try {
    return { answer: await call() };
  } catch (error) {
    if (!(error instanceof PflowError)) throw error;
    const { name, message } = error;
    return { failure: { ...Object.fromEntries(Object.entries(error)), name, message } };
  }
}

function withDoubt(end: CallEnd): CallEnd {
  if ('failure' in end)
    return { failure: { ...end.failure, unmetered: true, usage: undefined, provider_cost_usd: undefined } };
  return { answer: doubtOfRepetition(end.answer) };
}

function reviveFailure(failure: Record<string, unknown>): PflowError {
  const { name, message, code, ...facts } = failure as { name: string; message: string; code: never };
  return name === 'ModelFailure'
    ? new ModelFailure(code, message, facts)
    : new PflowError(code, message, facts);
}

// Executes one submitted run as a durable workflow, from its first unfinished step on.
import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import type { DBOSClient } from '@dbos-inc/dbos-sdk';
import type { Pool } from 'pg';
import { PflowError } from '../errors.ts';
import { readHomeSecrets } from '../home/home-secrets.ts';
import { loadPricing } from '../home/prices/pricing.ts';
import { readSettings } from '../home/settings.ts';
import { createRedactor } from '../log/secrets/redaction.ts';
import type { ModelClient } from '../models/model.ts';
import { prepareRequest, type WorkflowRequest } from '../run/prepare-request.ts';
import { checkWorkflow } from '../run/prepare-workflow.ts';
import { planResume } from '../run/resume/plan-resume.ts';
import { requireKeptValues } from '../run/resume/lost-values.ts';
import type { RunOutcome } from '../run/run-request.ts';
import { RunSession } from '../run/run-session.ts';
import { parseJson } from '../values/parse-json.ts';
import { present } from '../values/present.ts';
import { createCallCounter } from '../wrappers/call-counter.ts';
import { prepareInputs } from '../workflow/prepare-inputs.ts';
import { BatchLimit } from './batch-limit.ts';
import { DBOS_SCHEMA, outlastOutage } from './database.ts';
import { getStepNode } from './call-names.ts';
import { EngineLog } from './engine-log.ts';
import { EngineRecorder } from './engine-recorder.ts';
import { ITEMS_STREAM, ItemWriter } from './item-writer.ts';
import { findFirstExecution } from './first-execution.ts';
import { RunLines, type LogStreamWriter } from './log-stream-writer.ts';
import { nestedHashes } from './nested-hashes.ts';
import type { Dbos } from './packages.ts';
import { RecordedRun, type ItemEntry } from './recorded-run.ts';
import { markRepeated } from './repeated-calls.ts';
import { approvalKey } from './step-names.ts';
import { submissionSchema, type Submission } from './submission.ts';
import { decide, findDecision, readApprovals } from './tables.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What the runs of one worker share. */
export interface WorkerParts {
  readonly dbos: Dbos;
  readonly client: DBOSClient;
  readonly pool: Pool;
  readonly logs: LogStreamWriter;
  readonly env: Environment;
  readonly cwd: string;
  /** Modules with node types. */
  readonly nodes: readonly string[];
  /** Answers the model calls of a run; absent: the providers, in this process. */
  readonly createModels?: (run: string) => ModelClient;
  /** Stays pending once the worker is to stop. */
  readonly mayStart: (run: string) => Promise<void>;
}

/** How a run ended; the result of its durable workflow. */
export interface SubmissionEnd {
  readonly status: RunOutcome['status'];
  readonly error?: { readonly code: string; readonly message: string };
}

/** Throws what the engine throws when the run is cancelled or goes on elsewhere. */
export async function runSubmission(text: string, run: string, parts: WorkerParts): Promise<SubmissionEnd> {
  const { dbos } = parts;
  const submission = submissionSchema.parse(JSON.parse(text));
  const execution = randomUUID();
  const isContinued = (await findFirstExecution(run, execution, parts.pool)) !== execution;
  const recorded = isContinued ? await readRecorded(run, parts) : new RecordedRun(run, [], []);
  const prepared = await prepare(submission, run, parts);
  requireRecordedValues(recorded, prepared);
  const redactor = createRedactor({ env: parts.env, ...readHomeSecrets(parts.env) });
  const log = new EngineLog({ run, recorded: recorded.events, redactor });
  const { env } = parts;
  // A decision lets the run go on, so each execution reads them once.
  const decided = isContinued ? await readApprovals(parts.pool, run) : undefined;
  const approve = [...submission.approve, ...(decided?.approve ?? [])];
  const deny = decided?.deny ?? [];
  const pricing = loadPricing({});
  const session = new RunSession({ env, approve, deny, host: log.time }, { log, pricing });
  const { max_cost_usd } = prepared.workflow;
  if (max_cost_usd !== undefined) await session.limitCost(max_cost_usd);
  const breakage = new Breakage(session.controller, () => new dbos.Error.DBOSWorkflowCancelledError(run));
  const lines = new RunLines(parts.logs, run);
  const calls = createCallCounter(recorded.lastCall);
  const recorder = new EngineRecorder({
    dbos: dbos.DBOS,
    log,
    lines,
    calls,
    recorded,
    items: new ItemWriter(dbos.DBOS),
    request: prepared,
    execution,
    isContinued,
    rerunAll: submission.rerun_all,
    findDecision: (step) => findDecision(parts.pool, run, step),
    pause: async (waiting) => {
      await lines.settle();
      if (waiting !== undefined) await decide(parts.pool, run, approvalKey(waiting), 'waiting');
      await parts.client.cancelWorkflow(run);
      throw new dbos.Error.DBOSWorkflowCancelledError(run);
    },
    mayStart: () => parts.mayStart(run),
    ...breakage.hooks(),
  });
  const resumed = {
    recorder,
    visits: new Map<string, number>(),
    writers: new Map<string, string>(),
    calls,
  };
  const { controller } = session;
  const limit = batchLimitOf(submission, { pool: parts.pool, run, log, pricing, controller });
  const limited = limit?.wrap(prepared.models) ?? prepared.models;
  const isShared = parts.createModels !== undefined;
  const models = isShared ? limited : markRepeated(limited, () => getStepNode() === recorder.inFlight);
  const outcome = await session.run({ ...prepared, models, resumed });
  breakage.throwIfBroken();
  await limit?.settle();
  // An earlier execution that reached this point has written the same end.
  lines.add(log.takeLines());
  await lines.settle();
  return endOf(await session.finish(outcome));
}

function batchLimitOf(
  { batch, max_cost: usd }: Submission,
  budget: Omit<ConstructorParameters<typeof BatchLimit>[0], 'batch' | 'usd'>,
): BatchLimit | undefined {
  return usd === undefined ? undefined : new BatchLimit({ ...budget, batch, usd });
}

function endOf({ status, error }: RunOutcome): SubmissionEnd {
  return { status, ...present({ error: error && { code: error.code, message: error.message } }) };
}

/** Remembers what the engine threw: the flow must not take it for the failure of a node. */
class Breakage {
  private error: { readonly thrown: unknown } | undefined;
  private readonly controller: AbortController;
  private readonly cancelledError: () => Error;

  constructor(controller: AbortController, cancelledError: () => Error) {
    this.controller = controller;
    this.cancelledError = cancelledError;
  }

  hooks(): Pick<ConstructorParameters<typeof EngineRecorder>[0], 'watch' | 'throwIfBroken' | 'onBroken'> {
    return {
      watch: (cancelled) =>
        cancelled?.addEventListener(
          'abort',
          () => {
            this.break(this.cancelledError());
          },
          { once: true },
        ),
      throwIfBroken: () => {
        this.throwIfBroken();
      },
      onBroken: (error) => {
        this.break(error);
      },
    };
  }

  throwIfBroken(): void {
    if (this.error !== undefined) throw this.error.thrown;
  }

  private break(thrown: unknown): void {
    this.error ??= { thrown };
    this.controller.abort(new PflowError('INTERRUPTED', 'the run was cancelled, or goes on elsewhere'));
  }
}

async function readRecorded(run: string, { client, pool }: WorkerParts): Promise<RecordedRun> {
  const steps = (await client.listWorkflowSteps(run)) ?? [];
  const entries = await outlastOutage(() =>
    pool.query<{ value: string }>(
      `SELECT value FROM "${DBOS_SCHEMA}".streams WHERE workflow_uuid = $1 AND key = $2 ORDER BY "offset"`,
      [run, ITEMS_STREAM],
    ),
  );
  const items = entries.rows.flatMap(({ value }) => JSON.parse(value) as ItemEntry[]);
  return new RecordedRun(run, steps, items);
}

async function prepare(submission: Submission, run: string, parts: WorkerParts): Promise<WorkflowRequest> {
  const { name, source, path, workflow: text, tags, model } = submission;
  const { cwd, env, nodes, createModels } = parts;
  const place = path === undefined ? undefined : { folder: dirname(path), containers: [path] };
  const found = { text, name, source, ...present({ path }) };
  const prepared = await checkWorkflow(found, path ?? name, { cwd, env, nodes }, place);
  requireNested(submission, nestedHashes(prepared.nested?.children));
  const given = parseJson(submission.inputs, 'inputs') as Record<string, unknown>;
  const inputs = prepareInputs(prepared.workflow, { given, env, settings: readSettings(env).env });
  const models = createModels?.(run);
  return prepareRequest(prepared, inputs, { cwd, env, tags, ...present({ model, models }) });
}

function requireNested({ nested }: Submission, found: Readonly<Record<string, string>>): void {
  const changed = Object.keys({ ...nested, ...found }).find((path) => nested[path] !== found[path]);
  if (changed === undefined) return;
  throw new PflowError('NODES_CHANGED', `the workflow in "${changed}" is not the one that was submitted`, {
    node_id: changed,
    hint: 'Give this worker the files of the submission, or submit the changed workflow: it is another run.',
  });
}

/** Throws VALUE_NOT_KEPT if a node needs a value that the records lack. */
function requireRecordedValues({ fold }: RecordedRun, { workflow, registry }: WorkflowRequest): void {
  const { records, initial = { patches: [] } } = fold;
  if (records.size === 0) return;
  const plan = planResume({ workflow, registry, records, changedInputs: [] });
  requireKeptValues({ workflow, registry }, { initial, records, plan });
}

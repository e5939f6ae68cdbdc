// Submits runs: one durable workflow for each line of inputs, with an id that makes a second submission a no-op.
import { randomUUID } from 'node:crypto';
import type { DBOSClient } from '@dbos-inc/dbos-sdk';
import type { Pool } from 'pg';
import { PflowError } from '../errors.ts';
import type { PreparedWorkflow } from '../run/prepare-workflow.ts';
import { hashOf } from '../run/run-events.ts';
import { canonicalJson } from '../values/canonical-json.ts';
import { exactJsonText } from '../values/exact-json.ts';
import { suggestNearest } from '../values/nearest-name.ts';
import { present } from '../values/present.ts';
import { prepareInputs } from '../workflow/prepare-inputs.ts';
import { openClient } from './client.ts';
import { DBOS_SCHEMA, PROTOCOL } from './database.ts';
import { nestedHashes } from './nested-hashes.ts';
import { DEFAULT_QUEUE, runIdOf, RUN_WORKFLOW, type Submission } from './submission.ts';
import { openTables } from './tables.ts';

export interface SubmitOptions {
  readonly url: string;
  readonly queue: string;
  readonly tags: Readonly<Record<string, string>>;
  /** The field of the inputs that identifies a run. */
  readonly idFrom?: string;
  readonly model?: string;
  readonly approve: readonly string[];
  readonly rerunAll: boolean;
  readonly maxCost?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface SubmittedRun {
  readonly run: string;
  /** False for one that was submitted before. */
  readonly isNew: boolean;
  /** Other inputs with the same identity were submitted before, and count. */
  readonly hasOtherInputs: boolean;
}

/** Submits runs of one workflow. Close it in the end. */
export class Submitter {
  private readonly options: SubmitOptions;
  private readonly prepared: PreparedWorkflow;
  private readonly client: DBOSClient;
  private readonly pool: Pool;
  private readonly batch = randomUUID();
  private readonly facts: Omit<Submission, 'inputs'>;
  private readonly repetitions = new Map<string, number>();
  /** The inputs of each run that was submitted here: the first ones count. */
  private readonly first = new Map<string, string>();

  private constructor(options: SubmitOptions, prepared: PreparedWorkflow, client: DBOSClient, pool: Pool) {
    this.options = options;
    this.prepared = prepared;
    this.client = client;
    this.pool = pool;
    const { ir, name, source, path, nested } = prepared;
    const { tags, model, approve, rerunAll, maxCost } = options;
    this.facts = {
      name,
      source: source === 'saved' ? 'saved' : 'file',
      hash: hashOf(ir),
      workflow: exactJsonText(ir) ?? JSON.stringify(ir),
      nested: nestedHashes(nested?.children),
      tags,
      batch: this.batch,
      approve: [...approve],
      rerun_all: rerunAll,
      queue: options.queue,
      ...present({ path, model, max_cost: maxCost }),
    };
  }

  /** Throws USAGE (an unknown queue), ENGINE_MISSING, DATABASE_UNAVAILABLE. */
  static async open(prepared: PreparedWorkflow, options: SubmitOptions): Promise<Submitter> {
    const pool = await openTables(options.url);
    const client = await openClient(options.url, pool);
    const submitter = new Submitter(options, prepared, client, pool);
    try {
      await submitter.requireQueue();
      return submitter;
    } catch (error) {
      await submitter.close();
      throw error;
    }
  }

  /** Checks inputs without submitting them. Returns those that are stored with the run. */
  check(given: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    const { workflow } = this.prepared;
    const secret = Object.keys(given).find((name) => workflow.inputs?.[name]?.secret === true);
    if (secret !== undefined) {
      throw new PflowError(
        'USAGE',
        `the input ${secret} is secret, and submitted inputs are stored in the database`,
        {
          hint: `Leave it out: workers read it from their environment variable ${secret}, or from their settings.`,
        },
      );
    }
    const open = Object.entries(workflow.inputs ?? {}).filter(
      ([, { secret: isSecret }]) => isSecret !== true,
    );
    const { env } = this.options;
    const { values, origins } = prepareInputs({ inputs: Object.fromEntries(open) }, { given, env });
    const fromHere = Object.entries(values).filter(([name]) => origins[name] === 'environment');
    return { ...given, ...Object.fromEntries(fromHere) };
  }

  /** Throws INPUT_MISSING, INPUT_INVALID, USAGE. */
  async submit(given: Readonly<Record<string, unknown>>): Promise<SubmittedRun> {
    const stored = this.check(given);
    const { tags, queue } = this.options;
    const { hash } = this.facts;
    const identity = this.identityOf(given);
    const run = runIdOf({ hash, tags, ...identity });
    const inputs = exactJsonText(stored) ?? JSON.stringify(stored);
    const text = canonicalJson(stored);
    const before = this.first.get(run);
    if (before !== undefined) return { run, isNew: false, hasOtherInputs: before !== text };
    this.first.set(run, text);
    const isNew = (await this.client.getWorkflow(run)) === undefined;
    if (isNew) {
      const submission: Submission = { ...this.facts, inputs };
      await this.client.enqueue(
        {
          workflowName: RUN_WORKFLOW,
          workflowID: run,
          queueName: queue,
          appVersion: PROTOCOL,
          attributes: { batch: this.batch, workflow: this.facts.name, queue, tags: { ...tags } },
        },
        JSON.stringify(submission),
      );
    }
    return { run, isNew, hasOtherInputs: false };
  }

  async close(): Promise<void> {
    await this.client.destroy();
    await this.pool.end();
  }

  private identityOf(given: Readonly<Record<string, unknown>>): {
    readonly identity: unknown;
    readonly repetition: number;
  } {
    const { idFrom } = this.options;
    if (idFrom !== undefined) {
      if (!Object.hasOwn(given, idFrom))
        throw new PflowError(
          'INPUT_MISSING',
          `these inputs have no field "${idFrom}", which --id-from names`,
        );
      return { identity: { [idFrom]: given[idFrom] }, repetition: 0 };
    }
    const text = canonicalJson(given);
    const repetition = this.repetitions.get(text) ?? 0;
    this.repetitions.set(text, repetition + 1);
    return { identity: given, repetition };
  }

  /** A queue exists once a worker has served it. */
  private async requireQueue(): Promise<void> {
    const { queue } = this.options;
    if (queue === DEFAULT_QUEUE) return;
    const { rows } = await this.pool.query<{ name: string }>(
      `SELECT name FROM "${DBOS_SCHEMA}".queues WHERE name NOT LIKE '\\_dbos%'`,
    );
    const known = rows.map(({ name }) => name);
    if (known.includes(queue)) return;
    throw new PflowError('USAGE', `no worker has ever served the queue "${queue}"`, {
      details: [
        `known queues: ${[DEFAULT_QUEUE, ...known.filter((name) => name !== DEFAULT_QUEUE)].join(', ')}`,
      ],
      hint: suggestNearest(queue, known) ?? `Start a worker for it first: pflow worker --queue ${queue}.`,
    });
  }
}

// Law: after each visit of a node the store holds what this visit wrote, and nothing that an earlier one left. The log
// replays to the same store.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { project } from '../../projections/fold.ts';
import { store } from '../../projections/store/projection.ts';
import type { Action, SharedStore } from '../../src/flow/context.ts';
import { NodeFailure } from '../../src/flow/node-failure.ts';
import { Node } from '../../src/flow/node.ts';
import { createRedactor } from '../../src/log/secrets/redaction.ts';
import { systemLogHost } from '../../src/log/write/log-host.ts';
import { openMemoryLog } from '../../src/log/write/memory-log.ts';
import type { RunContext } from '../../src/nodes/run-context.ts';
import { runWorkflow } from '../../src/run/run-workflow.ts';
import { workflowSchema } from '../../src/workflow/schema.ts';

interface Visit {
  readonly fails: boolean;
  readonly outputs: Readonly<Record<string, number>>;
}

/** Writes the outputs of its visit. It notes what the store holds for it before the next one. */
class Scripted extends Node<RunContext> {
  private readonly visits: readonly Visit[];

  constructor(id: string, visits: readonly Visit[]) {
    super(id, 'scripted');
    this.visits = visits;
  }

  override exec(_prepared: unknown, { visit = 1 }: RunContext): unknown {
    const { fails = false, outputs = {} } = this.visits[visit - 1] ?? {};
    if (fails) throw new NodeFailure('failed as planned', { outputs });
    return outputs;
  }

  override post(
    shared: SharedStore,
    _prepared: unknown,
    outputs: unknown,
    { visit = 1 }: RunContext,
  ): Action {
    Object.assign(shared, outputs);
    return visit < this.visits.length ? 'again' : 'default';
  }
}

class Noting extends Node<RunContext> {
  readonly noted: unknown[] = [];
  private readonly isDone: () => boolean;

  constructor(id: string, isDone: () => boolean) {
    super(id, 'noting');
    this.isDone = isDone;
  }

  override prep(shared: SharedStore): void {
    const { loop = { ...shared } } = shared;
    this.noted.push(structuredClone(loop));
  }

  override post(): Action {
    return this.isDone() ? 'default' : 'again';
  }
}

const visit = fc.record({
  fails: fc.boolean(),
  outputs: fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.nat(9), { maxKeys: 3 }),
});

const expectedAfter = ({ fails, outputs }: Visit): unknown =>
  fails ? { ...outputs, error: 'failed as planned' } : outputs;

test.each([true, false])(
  'the store holds what the last visit wrote, with namespacing: %s',
  async (enable_namespacing) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(visit, { minLength: 1, maxLength: 5 }),
        fc.constantFrom('none', 'trace'),
        async (visits, level) => {
          const noting: Noting = new Noting('note', () => noting.noted.length === visits.length);
          const type = { params: z.looseObject({}), outputs: z.looseObject({}), summary: 'x' };
          const retry = { max: 1, wait_s: 0 };
          const workflow = workflowSchema.parse({
            enable_namespacing,
            nodes: [
              { id: 'loop', type: 'scripted' },
              { id: 'note', type: 'noting' },
            ],
            edges: [
              ...['again', 'error', 'default'].map((action) => ({ from: 'loop', to: 'note', action })),
              { from: 'note', to: 'loop', action: 'again' },
            ],
          });
          const log =
            level === 'none'
              ? undefined
              : openMemoryLog({
                  level: 'trace',
                  host: systemLogHost,
                  redactor: createRedactor({}),
                  keep: true,
                });
          const outcome = await runWorkflow({
            workflow,
            ir: {},
            name: 'loop',
            source: 'file',
            inputs: { values: {}, origins: {}, secrets: [] },
            registry: new Map([
              [
                'scripted',
                { ...type, retry, type: 'scripted', create: (id: string) => new Scripted(id, visits) },
              ],
              ['noting', { ...type, retry, type: 'noting', create: () => noting }],
            ]),
            models: { answer: () => Promise.reject(new Error('no model')) },
            signal: new AbortController().signal,
            cwd: '/',
            env: {},
            host: systemLogHost,
            version: 'test',
            ...(log === undefined ? {} : { log }),
          });
          expect(outcome.status).toBe('success');
          expect(noting.noted).toEqual(visits.map(expectedAfter));
          if (log?.events !== undefined) expect(project(store, log.events).store).toEqual(outcome.shared);
        },
      ),
      { numRuns: 100 },
    );
  },
);

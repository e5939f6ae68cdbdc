// Invariant: looking on changes nothing. A workflow ends with the same outcome, the same output and the same store
// without a log, with one of level metrics, and with one of level trace.
import * as z from 'zod';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NodeFailure } from '../../src/flow/node-failure.ts';
import { systemLogHost } from '../../src/log/log-host.ts';
import { openMemoryLog } from '../../src/log/memory-log.ts';
import { createRedactor } from '../../src/log/redaction.ts';
import type { ModelClient } from '../../src/models/model.ts';
import { defineNodeType } from '../../src/nodes/define-node-type.ts';
import { llm } from '../../src/nodes/llm.ts';
import { runWorkflow } from '../../src/run/run-workflow.ts';
import { workflowSchema, type Workflow } from '../../src/workflow/schema.ts';

const params = z.strictObject({
  value: z.unknown(),
  fail: z.boolean().optional(),
  change: z.boolean().optional(),
});
const outputs = z.object({ value: z.unknown(), seen: z.unknown(), result: z.unknown() });

/** Hands on a value, may change it in place, may fail. */
const step = defineNodeType({
  type: 'step',
  summary: 'a step',
  params,
  outputs,
  exec({ value, fail, change }) {
    if (change === true && Array.isArray(value)) value.push('changed in place');
    if (fail === true) throw new NodeFailure('it was told to fail', { outputs: { result: 'half' } });
    return { value, seen: typeof value, result: value };
  },
});

const registry = new Map([
  ['step', step],
  ['llm', llm],
]);

/** Answers with what it was asked, so that a prompt that differs is seen in the store. */
const models: ModelClient = {
  answer: (request) =>
    Promise.resolve({
      text: `answer to ${request.prompt}`,
      provider: 'openai',
      model: 'openai/gpt-4o-mini',
      usage: {
        input_tokens: request.prompt.length,
        output_tokens: 1,
        total_tokens: request.prompt.length + 1,
      },
      finish_reason: 'stop',
    }),
};

const value = fc.oneof(
  fc.constantFrom('${input}', '${n0.value}', 'text with ${n0.seen}', '${missing ?? "instead"}'),
  fc.jsonValue({ maxDepth: 2 }).filter((json) => !JSON.stringify(json).includes('${')),
);

const node = (index: number): fc.Arbitrary<object> =>
  fc.oneof(
    fc.record({
      id: fc.constant(`n${index}`),
      type: fc.constant('step'),
      params: fc.record({ value, fail: fc.boolean(), change: fc.boolean() }),
    }),
    fc.record({
      id: fc.constant(`n${index}`),
      type: fc.constant('llm'),
      params: fc.record({ prompt: value, model: fc.constant('openai/gpt-4o-mini') }),
      retry: fc.constant({ max: 1 }),
    }),
  );

const workflow: fc.Arbitrary<Workflow> = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.boolean(), fc.boolean())
  .chain(([count, enable_namespacing, recovers]) =>
    fc.tuple(...Array.from({ length: count }, (_, index) => node(index))).map((nodes) => {
      const edges = nodes
        .slice(1)
        .flatMap((_, index) => [
          { from: `n${index}`, to: `n${index + 1}` },
          ...(recovers ? [{ from: `n${index}`, to: `n${index + 1}`, action: 'error' }] : []),
        ]);
      return workflowSchema.parse({ enable_namespacing, nodes, ...(count === 1 ? {} : { edges }) });
    }),
  );

async function outcome(flow: Workflow, level: 'none' | 'metrics' | 'trace'): Promise<unknown> {
  const redactor = createRedactor({});
  const log = level === 'none' ? undefined : openMemoryLog({ level, host: systemLogHost, redactor });
  const { status, output, shared, recovered, lastNode, error } = await runWorkflow({
    workflow: flow,
    ir: flow,
    name: 'flow',
    source: 'file',
    inputs: { input: [1, { deep: ['two'] }] },
    registry,
    models,
    ...(log === undefined ? {} : { log }),
    signal: new AbortController().signal,
    cwd: '.',
    env: {},
    host: systemLogHost,
    version: 'test',
  });
  return {
    status,
    output,
    shared,
    recovered,
    lastNode,
    error: error && [error.code, error.message, error.node_id],
  };
}

test('outcome, output and store are the same at every level', async () => {
  await fc.assert(
    fc.asyncProperty(workflow, async (flow) => {
      const unseen = await outcome(structuredClone(flow), 'none');
      expect(await outcome(structuredClone(flow), 'metrics')).toEqual(unseen);
      expect(await outcome(structuredClone(flow), 'trace')).toEqual(unseen);
    }),
    { numRuns: 200 },
  );
});

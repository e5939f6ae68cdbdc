// Generates workflows with fast-check and runs them in this process: loops, failures with and without an error edge,
// retries, values that change in place or are not JSON, model calls, batches, switches, nested workflows, approvals.
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import * as z from 'zod';
import type { Action, SharedStore } from '../../src/flow/context.ts';
import { NodeFailure } from '../../src/flow/node-failure.ts';
import type { NodeType } from '../../src/flow/node-type.ts';
import { Node } from '../../src/flow/node.ts';
import type { EventLog } from '../../src/log/write/event-log.ts';
import { systemLogHost, type LogHost } from '../../src/log/write/log-host.ts';
import type { ModelClient } from '../../src/models/model.ts';
import { defineNodeType } from '../../src/nodes/define-node-type.ts';
import { echo } from '../../src/nodes/echo.ts';
import { llm } from '../../src/nodes/llm.ts';
import type { RunContext } from '../../src/nodes/run-context.ts';
import { switchType } from '../../src/nodes/switch.ts';
import { workflow } from '../../src/nodes/workflow.ts';
import { readChildren, type ReadChildren } from '../../src/run/nested/read-children.ts';
import type { Approvals, RunOutcome } from '../../src/run/run-request.ts';
import { runWorkflow } from '../../src/run/run-workflow.ts';
import { present } from '../../src/values/present.ts';
import { workflowSchema, type Workflow } from '../../src/workflow/schema.ts';

const anyOutputs = z.object({});

/** Makes a node type that returns its value. It may change the value in place, and may fail once or always. */
function stepType(): NodeType<RunContext> {
  const attempts = new Map<string, number>();
  return defineNodeType({
    type: 'step',
    summary: 'a step',
    params: z.strictObject({
      value: z.unknown(),
      fail: z.boolean().optional(),
      flaky: z.int().optional(),
      change: z.boolean().optional(),
    }),
    outputs: z.object({ value: z.unknown(), seen: z.unknown(), result: z.unknown() }),
    exec({ value, fail, flaky = 0, change }, { node = '', visit = 1 }) {
      const key = `${node} ${String(visit)}`;
      const attempt = (attempts.get(key) ?? 0) + 1;
      attempts.set(key, attempt);
      if (attempt <= flaky) throw new NodeFailure(`not yet, attempt ${String(attempt)}`, { retryable: true });
      if (change === true) changeInPlace(value);
      if (fail === true) throw new NodeFailure('failed as requested', { outputs: { result: 'half' } });
      return { value, seen: typeof value, result: value };
    },
  });
}

function changeInPlace(value: unknown): void {
  if (Array.isArray(value)) value.push('changed in place', { deep: [1] });
  else if (typeof value === 'object' && value !== null) {
    const holder = value as Record<string, unknown>;
    Reflect.deleteProperty(holder, Object.keys(holder)[0] ?? '');
    holder['added'] = [holder['added']];
  }
}

/** Leads back `times` times. Its key must not be one that a batch writes, as `count`, or the loop never ends. */
class Counted extends Node<RunContext> {
  override prep(shared: SharedStore): unknown {
    return shared['visited'];
  }

  override post(shared: SharedStore, count: unknown): Action {
    const next = typeof count === 'number' ? count + 1 : 1;
    shared['visited'] = next;
    const list = shared['list'];
    if (Array.isArray(list)) list.push({ visit: next });
    else shared['list'] = [{ visit: next }];
    return next <= Number(this.params['times']) ? 'again' : 'default';
  }
}

const call = (): string => 'called';

/** Writes values that JSON cannot represent, and changes those from earlier visits. */
class NonJson extends Node<RunContext> {
  override post(shared: SharedStore): Action {
    const before = shared['map'];
    if (before instanceof Map) before.set(`k${String(before.size)}`, new Date(before.size));
    else shared['map'] = new Map<string, unknown>([['a', { b: 1n }]]);
    const circular: Record<string, unknown> = { set: new Set([1, [2]]), when: new Date(0) };
    circular['itself'] = circular;
    Object.assign(shared, { circular, call, nothing: undefined, not: Number.NaN, minus: -0 });
    return 'default';
  }
}

/** Writes the keys, types and hashed values that it sees. The values themselves would double in size at each visit. */
class Peek extends Node<RunContext> {
  override prep(shared: SharedStore): unknown {
    return Object.keys(shared).map((key) => [key, typeof shared[key], sha256(safe(shared[key]))]);
  }

  override post(shared: SharedStore, seen: unknown): Action {
    shared['seen'] = JSON.stringify(seen);
    return 'default';
  }
}

/** Converts any value to text. */
function safe(value: unknown): string {
  const open: unknown[] = [];
  const text: unknown = JSON.stringify(value, function replaced(this: unknown, key, inner: unknown) {
    // How long the items of a batch took differs from run to run.
    if (key === 'timing') return undefined;
    while (open.length > 0 && open.at(-1) !== this) open.pop();
    if (typeof inner === 'bigint') return `${String(inner)}n`;
    if (inner instanceof Map) return [...inner];
    if (typeof inner !== 'object' || inner === null) return inner;
    if (open.includes(inner)) return 'circular';
    open.push(inner);
    return inner;
  });
  return String(text);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function ownType(type: string, create: (id: string) => Node<RunContext>): NodeType<RunContext> {
  return {
    type,
    summary: type,
    params: z.looseObject({}),
    outputs: anyOutputs,
    retry: { max: 1, wait_s: 0 },
    create,
  };
}

/** Answers with the prompt, so that a different prompt shows in the store. A prompt with `flaky` fails once. */
function echoingModels(): ModelClient {
  const refused = new Set<string>();
  return {
    answer({ prompt }) {
      if (prompt.includes('flaky') && !refused.has(prompt)) {
        refused.add(prompt);
        return Promise.reject(new NodeFailure('too many requests', { retryable: true }));
      }
      const tokens = { input_tokens: prompt.length, output_tokens: 1, total_tokens: prompt.length + 1 };
      return Promise.resolve({
        text: `answer to ${prompt}`,
        provider: 'openai',
        model: 'openai/gpt-4o-mini',
        usage: tokens,
        finish_reason: 'stop',
      });
    },
  };
}

const value = fc.oneof(
  fc.constantFrom('${input}', '${n0.value}', 'text with ${n0.seen}', '${missing ?? "instead"}', '${n0.list}'),
  fc.jsonValue({ maxDepth: 2 }).filter((json) => !JSON.stringify(json).includes('${')),
);
const retry = fc.record({ max: fc.integer({ min: 1, max: 3 }), wait_s: fc.constant(0) });

/** A model call about what it was given, which may fail, and an echo. */
const nestedWorkflow = fc.record({
  inputs: fc.constant({ given: { type: 'any' } }),
  nodes: fc
    .tuple(fc.constantFrom('${given}', 'flaky', 'in ${given}'), fc.constantFrom('${given}', '${ask.missing}'))
    .map(([prompt, message]) => [
      {
        id: 'ask',
        type: 'llm',
        params: { prompt, model: 'openai/gpt-4o-mini' },
        retry: { max: 2, wait_s: 0 },
      },
      { id: 'end', type: 'echo', params: { message } },
    ]),
  outputs: fc.constant({ value: { source: '${end.echo}' } }),
});

function nodeAt(index: number): fc.Arbitrary<object> {
  const id = fc.constant(`n${String(index)}`);
  return fc.oneof(
    fc.record({
      id,
      type: fc.constant('step'),
      params: fc.record({ value, fail: fc.boolean(), flaky: fc.nat(2), change: fc.boolean() }),
      retry,
    }),
    fc.record({
      id,
      type: fc.constant('llm'),
      params: fc.record({
        prompt: fc.oneof(value, fc.constant('flaky')),
        model: fc.constant('openai/gpt-4o-mini'),
      }),
      retry,
    }),
    fc.record({
      id,
      type: fc.constant('step'),
      params: fc.record({ value: fc.constantFrom('${item}', '${__index__}'), fail: fc.boolean() }),
      batch: fc.record({
        items: fc.oneof(fc.array(fc.jsonValue({ maxDepth: 1 }), { maxLength: 3 }), fc.constant('${input}')),
        parallel: fc.boolean(),
        max_concurrent: fc.integer({ min: 1, max: 3 }),
        error_handling: fc.constantFrom('fail_fast', 'continue'),
      }),
    }),
    fc.record({
      id,
      type: fc.constant('llm'),
      params: fc.record({ prompt: fc.constant('of ${item}'), model: fc.constant('openai/gpt-4o-mini') }),
      batch: fc.record({ items: fc.constantFrom([1, 2], [], 'not a list'), parallel: fc.boolean() }),
    }),
    fc.record({
      id,
      type: fc.constant('step'),
      params: fc.record({ value: fc.constantFrom('${input}', 'again') }),
      loop: fc.record({
        while: fc.constantFrom(`\${n${String(index)}.value}`),
        max_iterations: fc.integer({ min: 1, max: 3 }),
      }),
    }),
    fc.record({
      id,
      type: fc.constant('switch'),
      params: fc.record({
        value: fc.constantFrom('yes', 'no', '${missing ?? "yes"}', 1),
        cases: fc.constant({ yes: 'skip', no: 'default' }),
      }),
    }),
    fc.record({
      id,
      type: fc.constant('workflow'),
      params: fc.record({ ir: nestedWorkflow, inputs: fc.record({ given: value }) }),
    }),
    fc.record({
      id,
      type: fc.constant('step'),
      params: fc.record({ value, fail: fc.boolean() }),
      approval: fc.constant('required'),
    }),
    fc.record({ id, type: fc.constant('counted'), params: fc.record({ times: fc.nat(2) }) }),
    fc.record({ id, type: fc.constantFrom('strange', 'peek'), params: fc.constant({}) }),
  );
}

/** Generates up to six nodes in a row; `counted` nodes lead back to an earlier one, failures may have an edge. */
export const randomWorkflow: fc.Arbitrary<Workflow> = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.boolean(), fc.boolean(), fc.nat(5))
  .chain(([count, enable_namespacing, recovers, back]) =>
    fc.tuple(...Array.from({ length: count }, (_, index) => nodeAt(index))).map((nodes) => {
      const edges = nodes.flatMap((node, index) => {
        const from = `n${String(index)}`;
        const next = `n${String(index + 1)}`;
        const again = { from, to: `n${String(back % (index + 1))}`, action: 'again' };
        return [
          ...(typeOf(node) === 'counted' ? [again] : []),
          ...(typeOf(node) === 'switch' && index + 1 < count
            ? [{ from, to: `n${String(count - 1)}`, action: 'skip' }]
            : []),
          ...(index + 1 < count ? [{ from, to: next }] : []),
          ...(index + 1 < count && recovers ? [{ from, to: next, action: 'error' }] : []),
        ];
      });
      return workflowSchema.parse({ enable_namespacing, nodes, ...(edges.length === 0 ? {} : { edges }) });
    }),
  );

const typeOf = (node: object): string => (node as { type: string }).type;

const read = new WeakMap<Workflow, Promise<ReadChildren>>();

/** Reads the nested workflows once for all runs of a workflow. */
function nestedOf(flow: Workflow): Promise<ReadChildren> {
  const known = read.get(flow);
  if (known !== undefined) return known;
  const place = { folder: '.', containers: ['flow'] };
  const children = readChildren(flow, place, { cwd: '.', env: { PFLOW_HOME: 'no-home' }, nodes: [] });
  read.set(flow, children);
  return children;
}

export async function runRandomWorkflow(
  flow: Workflow,
  { log, host = systemLogHost }: { readonly log?: EventLog; readonly host?: LogHost } = {},
): Promise<RunOutcome> {
  const types = [
    stepType(),
    llm,
    echo,
    switchType,
    workflow,
    ownType('counted', (id) => new Counted(id, 'counted')),
    ownType('strange', (id) => new NonJson(id, 'strange')),
    ownType('peek', (id) => new Peek(id, 'peek')),
  ];
  const controller = new AbortController();
  const approvals: Approvals = {
    // Nodes of an even number are denied.
    decide: ({ node }) => Promise.resolve(/[02468]$/.test(node) ? 'denied' : 'approved'),
    stop: (error) => {
      controller.abort(error);
    },
  };
  const nested = flow.nodes.some(({ type }) => type === 'workflow') ? await nestedOf(flow) : undefined;
  return runWorkflow({
    ...present({ nested }),
    approvals,
    // Nodes may change their params.
    workflow: structuredClone(flow),
    ir: flow,
    name: 'flow',
    source: 'file',
    inputs: { values: { input: [1, { deep: ['two'] }] }, origins: { input: 'given' }, secrets: [] },
    registry: new Map(types.map((type) => [type.type, type])),
    models: echoingModels(),
    ...(log === undefined ? {} : { log }),
    signal: controller.signal,
    cwd: '.',
    env: {},
    host,
    version: 'test',
  });
}

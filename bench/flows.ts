// The workflows that are measured, and the ways to run them.
import { openMemoryLog } from '../src/log/write/memory-log.ts';
import { systemLogHost } from '../src/log/write/log-host.ts';
import { createRedactor } from '../src/log/secrets/redaction.ts';
import type { EventLog } from '../src/log/write/event-log.ts';
import { Flow } from '../src/flow/flow.ts';
import { Node } from '../src/flow/node.ts';
import type { NodeType } from '../src/flow/node-type.ts';
import type { RunContext } from '../src/nodes/run-context.ts';
import { runWorkflow } from '../src/run/run-workflow.ts';
import type { RunOutcome } from '../src/run/run-request.ts';
import { VERSION } from '../src/version.ts';
import { workflowSchema, type Workflow } from '../src/workflow/schema.ts';
import * as z from 'zod';

const PARAMS = z.strictObject({ wait_ms: z.number().optional() });

class Nothing extends Node<RunContext> {}

/** Takes 1 ms of work: a timer of 1 ms takes between one and two, in steps of one. */
class Working extends Node<RunContext> {
  override exec(): void {
    const end = performance.now() + 1;
    while (performance.now() < end);
  }
}

function typeOf(type: string, create: (id: string) => Node<RunContext>): NodeType<RunContext> {
  return { type, summary: type, params: PARAMS, outputs: z.object({}), retry: { max: 1, wait_s: 1 }, create };
}

const nothing = typeOf('nothing', (id) => new Nothing(id, 'nothing'));
const working = typeOf('working', (id) => new Working(id, 'working'));

export const benchRegistry = new Map([nothing, working].map((type) => [type.type, type]));

export function createSequence(type: string, count: number): Workflow {
  return workflowSchema.parse({
    nodes: Array.from({ length: count }, (_, index) => ({ id: `n${index}`, type })),
  });
}

/** Echo nodes, each of which repeats the output of the previous one. */
export function createEchoSequence(count: number): Workflow {
  const text = 'x'.repeat(200);
  return workflowSchema.parse({
    nodes: Array.from({ length: count }, (_, index) => ({
      id: `n${index}`,
      type: 'echo',
      params: { message: index === 0 ? text : `\${n${index - 1}.echo}` },
    })),
  });
}

export function memoryLog(level: 'metrics' | 'trace'): EventLog {
  return openMemoryLog({ level, host: systemLogHost, redactor: createRedactor({ env: process.env }) });
}

export function run(
  workflow: Workflow,
  registry: ReadonlyMap<string, NodeType<RunContext>>,
  log?: EventLog,
): Promise<RunOutcome> {
  return runWorkflow({
    workflow,
    ir: workflow,
    name: 'bench',
    source: 'file',
    inputs: { values: {}, origins: {}, secrets: [] },
    registry,
    models: { answer: () => Promise.reject(new Error('no model here')) },
    ...(log === undefined ? {} : { log }),
    signal: new AbortController().signal,
    cwd: '.',
    env: {},
    host: systemLogHost,
    version: VERSION,
  });
}

/** Builds the same chain by hand, without file, compiler or layers. */
export function handBuilt(count: number): () => Promise<unknown> {
  const nodes = Array.from({ length: count }, (_, index) => new Nothing(`n${index}`, 'nothing'));
  nodes.reduce((before, node) => {
    before.next(node);
    return node;
  });
  const start = nodes[0];
  if (start === undefined) throw new Error('a chain has at least one node');
  const context: RunContext = {
    signal: new AbortController().signal,
    cwd: '.',
    env: {},
    models: { answer: () => Promise.reject(new Error('no model here')) },
  };
  const flow = new Flow(start);
  return () => flow.run({}, context);
}

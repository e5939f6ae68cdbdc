import { describe, expect, it } from 'vitest';
import { PflowError } from '../../src/errors.ts';
import type { NodeContext } from '../../src/flow/context.ts';
import type { Node } from '../../src/flow/node.ts';
import { compileWorkflow, type CompileOptions } from '../../src/workflow/compile.ts';
import { workflowSchema, type WorkflowFile, type WorkflowNode } from '../../src/workflow/schema.ts';
import { registry } from './node-types.ts';

const context: NodeContext = { signal: new AbortController().signal, cwd: '/', env: {} };

function nodesOf(file: WorkflowFile, more: Partial<CompileOptions<NodeContext>> = {}) {
  const nodes = new Map<string, Node>();
  const flow = compileWorkflow(workflowSchema.parse(file), {
    registry,
    decorate: (node) => {
      nodes.set(node.id, node);
    },
    ...more,
  });
  const edges = [...nodes.values()].flatMap((node) =>
    [...node.successors].map(([action, next]) => `${node.id} -${action}-> ${next.id}`),
  );
  return { flow, nodes, edges };
}

describe('a compiled workflow', () => {
  const nodes = ['a', 'b', 'c'].map((id) => ({ id, type: 'print' }));

  it('runs in document order without edges', () => {
    const { flow, edges } = nodesOf({ nodes });
    expect(flow.start.id).toBe('a');
    expect(edges).toEqual(['a -default-> b', 'b -default-> c']);
  });

  it('follows the edges of the file', () => {
    const edges = [
      { from: 'b', to: 'a', action: 'again' },
      { from: 'b', to: 'c' },
    ];
    const compiled = nodesOf({ nodes, edges, start_node: 'b' });
    expect(compiled.flow.start.id).toBe('b');
    expect(compiled.edges).toEqual(['b -again-> a', 'b -default-> c']);
  });

  it('sets the type, params, retries and timeout of each node', () => {
    const { nodes: made } = nodesOf({
      nodes: [
        { id: 'a', type: 'call', params: { prompt: 'x' }, retry: { max: 7 }, timeout_s: 2 },
        { id: 'b', type: 'call', retry: { max: 2, wait_s: 0.5 } },
        { id: 'c', type: 'call' },
      ],
    });
    expect(
      [...made.values()].map(({ id, type, params, retry, timeout_s }) => ({
        id,
        type,
        params,
        retry,
        timeout_s,
      })),
    ).toEqual([
      { id: 'a', type: 'call', params: { prompt: 'x' }, retry: { max: 7, wait_s: 1 }, timeout_s: 2 },
      { id: 'b', type: 'call', params: {}, retry: { max: 2, wait_s: 0.5 }, timeout_s: undefined },
      { id: 'c', type: 'call', params: {}, retry: { max: 3, wait_s: 1 }, timeout_s: undefined },
    ]);
  });

  it('passes each node to decorate, in document order', () => {
    const seen: [string, string, number][] = [];
    const decorate = (node: Node, spec: WorkflowNode): void => {
      seen.push([node.id, spec.id, node.successors.size]);
    };
    nodesOf({ nodes, edges: [{ from: 'a', to: 'b' }] }, { decorate });
    expect(seen).toEqual([
      ['a', 'a', 1],
      ['b', 'b', 0],
      ['c', 'c', 0],
    ]);
  });

  it('runs, with the loop limit of the options', async () => {
    const { lastNode, lastAction } = await nodesOf({ nodes }).flow.run({}, context);
    expect([lastNode, lastAction]).toEqual(['c', 'default']);
    const loop = nodesOf(
      { nodes: [{ id: 'a', type: 'print' }], edges: [{ from: 'a', to: 'a' }] },
      { maxVisits: 3 },
    );
    await expect(loop.flow.run({}, context)).rejects.toMatchObject({ code: 'LOOP_LIMIT', node_id: 'a' });
  });

  it('shares no params object with the workflow', () => {
    const workflow = workflowSchema.parse({ nodes: [{ id: 'a', type: 'print', params: { message: 'x' } }] });
    const { start } = compileWorkflow(workflow, { registry });
    start.params['message'] = 'y';
    expect(workflow.nodes[0]?.params).toEqual({ message: 'x' });
  });

  it.each<WorkflowFile>([
    { nodes: [{ id: 'a', type: 'nothing' }] },
    { nodes: [{ id: 'a', type: 'print' }], start_node: 'b' },
    { nodes: [{ id: 'a', type: 'print' }], edges: [{ from: 'a', to: 'b' }] },
  ])('that is not valid is WORKFLOW_INVALID: %j', (file) => {
    let thrown: unknown;
    try {
      nodesOf(file);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(PflowError);
    expect((thrown as PflowError).code).toBe('WORKFLOW_INVALID');
  });
});

import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { NodeType } from '../../src/flow/node-type.ts';
import { formatProblem } from '../../src/workflow/problem.ts';
import { workflowSchema } from '../../src/workflow/schema.ts';
import { findUnreached } from '../../src/workflow/unreached.ts';
import { validateWorkflow } from '../../src/workflow/validate.ts';
import { Step } from './node-types.ts';

function typeWith(actions?: NodeType['actions']): NodeType {
  return {
    type: 'step',
    summary: 'x',
    params: z.looseObject({}),
    outputs: z.looseObject({}),
    retry: { max: 1, wait_s: 0 },
    ...(actions === undefined ? {} : { actions }),
    create: (id) => new Step(id, 'step'),
  };
}

const registry = new Map<string, NodeType>([
  ['plain', typeWith(() => ['default'])],
  ['choice', typeWith(({ cases }) => cases as string[])],
  ['unknown', typeWith()],
]);

const node = (id: string, type = 'plain', params = {}): object => ({ id, type, params });
const edge = (from: string, to: string, action?: string): object => ({ from, to, ...(action && { action }) });

function problemsOf(nodes: readonly object[], edges: readonly object[]): string[] {
  return validateWorkflow({ nodes, edges }, { registry }).map(formatProblem);
}

describe('the action of an edge', () => {
  it('must be one that its node can return', () => {
    expect(problemsOf([node('a'), node('b'), node('c')], [edge('a', 'b'), edge('a', 'c', 'eror')])).toEqual([
      'edges[1].action: "a" returns default, error, never "eror"; did you mean "error"?',
      'nodes[2]: "c" is never reached from "a"; add an edge to it, or leave out "edges" to run the nodes in document order',
    ]);
  });

  it('may depend on the params of the node', () => {
    const nodes = [node('a', 'choice', { cases: ['yes', 'no'] }), node('b'), node('c')];
    expect(problemsOf(nodes, [edge('a', 'b', 'yes'), edge('a', 'c', 'no'), edge('a', 'c', 'error')])).toEqual(
      [],
    );
    expect(problemsOf(nodes, [edge('a', 'b', 'yes'), edge('a', 'c')])[0]).toBe(
      'edges[1].action: "a" returns yes, no, error, never "default"',
    );
  });

  it('may be any for a type that declares none, and for a type that does not exist', () => {
    expect(problemsOf([node('a', 'unknown'), node('b')], [edge('a', 'b', 'done')])).toEqual([]);
    expect(problemsOf([node('a', 'no-type'), node('b')], [edge('a', 'b', 'done')])).toHaveLength(1);
  });

  it('leads out of a loop only if it can be returned', () => {
    const nodes = [node('a'), node('b'), node('c')];
    const edges = [edge('a', 'b'), edge('b', 'a'), edge('b', 'c', 'done')];
    expect(problemsOf(nodes, edges)).toEqual([
      'edges[2].action: "b" returns default, error, never "done"',
      expect.stringContaining('"c" is never reached') as string,
      expect.stringContaining('cycle without exit: a → b → a') as string,
    ]);
  });
});

describe('nodes that a run did not reach', () => {
  const unreachedOf = (
    nodes: readonly object[],
    edges: readonly object[],
    returned: Readonly<Record<string, readonly string[]>>,
  ): object =>
    findUnreached(
      workflowSchema.parse({ nodes, edges }),
      new Map(Object.entries(returned).map(([id, actions]) => [id, new Set(actions)])),
      registry,
    );

  it('are explained by an untaken error edge, with all that follows', () => {
    const edges = [edge('a', 'b'), edge('a', 'c', 'error'), edge('c', 'd')];
    const nodes = ['a', 'b', 'c', 'd'].map((id) => node(id));
    expect(unreachedOf(nodes, edges, { a: ['default'], b: ['default'] })).toEqual({
      nodes: ['c', 'd'],
      unexplained: [],
    });
  });

  it('are explained by an untaken case', () => {
    const nodes = [node('a', 'choice', { cases: ['yes', 'no'] }), node('b'), node('c')];
    const edges = [edge('a', 'b', 'yes'), edge('a', 'c', 'no')];
    expect(unreachedOf(nodes, edges, { a: ['no'], c: ['default'] })).toEqual({
      nodes: ['b'],
      unexplained: [],
    });
  });

  it('are not explained by a failure that led past them', () => {
    const edges = [edge('a', 'b'), edge('b', 'c'), edge('a', 'd', 'error')];
    const nodes = ['a', 'b', 'c', 'd'].map((id) => node(id));
    expect(unreachedOf(nodes, edges, { a: ['error'], d: ['default'] })).toEqual({
      nodes: ['b', 'c'],
      unexplained: ['b', 'c'],
    });
  });

  it('are not explained by an action without an edge, of a type that declares no actions', () => {
    const nodes = [node('a', 'unknown'), node('b')];
    expect(unreachedOf(nodes, [edge('a', 'b')], { a: ['surprise'] })).toEqual({
      nodes: ['b'],
      unexplained: ['b'],
    });
    const edges = [edge('a', 'b'), edge('a', 'c', 'surprise')];
    expect(unreachedOf([...nodes, node('c')], edges, { a: ['surprise'], c: ['default'] })).toEqual({
      nodes: ['b'],
      unexplained: [],
    });
  });
});

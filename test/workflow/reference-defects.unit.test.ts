// Defects of the reference program in the workflow language, which pflow must not have.
import { expect, it } from 'vitest';
import { prepareInputs } from '../../src/workflow/prepare-inputs.ts';
import { chooseOutput } from '../../src/workflow/choose-output.ts';
import { workflowSchema } from '../../src/workflow/schema.ts';
import { resolveParams } from '../../src/workflow/templates/resolve-params.ts';
import { createLayeredScope } from '../../src/workflow/templates/scope.ts';
import { problemsOf } from './node-types.ts';

const resolve = (value: unknown, store: Record<string, unknown>): unknown =>
  resolveParams('n', { p: value }, createLayeredScope(store)).params['p'];

it('"$${x}" is a literal "${x}"', () => {
  expect(resolve('$${x}', { x: 1 })).toBe('${x}');
  expect(problemsOf({ nodes: [{ id: 'a', type: 'print', params: { message: 'only $${x}' } }] })).toEqual([]);
});

it('a text answer "404" stays a string', () => {
  const workflow = workflowSchema.parse({
    nodes: [{ id: 'call', type: 'call' }],
    outputs: { answer: { source: '${call.response}' } },
  });
  for (const response of ['404', 'null', 'true', '1e5', '{"a":1}']) {
    const run = { workflow, inputs: {}, store: { call: { response } }, lastNode: 'call' };
    expect(chooseOutput(run).result).toStrictEqual({ answer: response });
    expect(chooseOutput(run, 'response').value).toBe(response);
  }
});

it('booleans are written as true and false, not as True and False', () => {
  expect(resolve('v=${x}', { x: true })).toBe('v=true');
});

it('a JSON text inside an object stays a text', () => {
  expect(resolve({ a: '${x}' }, { x: '{"b":1}' })).toEqual({ a: '{"b":1}' });
});

it('an index may follow an index', () => {
  expect(resolve('${a[0][1]}', { a: [[1, 2]] })).toBe(2);
});

it('a resolved value that looks like a template is not an unresolved one', () => {
  expect(resolve('${a} and ${b}', { a: '${b}', b: '${nope}' })).toBe('${b} and ${nope}');
});

it('all problems reach the user, also those deep in objects', () => {
  const nodes = Array.from({ length: 5 }, (_, index) => ({
    id: `n${String(index)}`,
    type: 'print',
    params: { data: { deep: ['${missing}'] } },
  }));
  expect(problemsOf({ nodes })).toHaveLength(5);
});

it('a value of another type than declared is refused and not passed on', () => {
  expect(() =>
    prepareInputs({ inputs: { n: { type: 'number' } } }, { given: { n: 'many' }, env: {} }),
  ).toThrow('input "n" must be a number, but the given string is not a number');
});

it('a loop with an exit is valid', () => {
  const nodes = ['a', 'b'].map((id) => ({ id, type: 'print' }));
  const edges = [
    { from: 'a', to: 'b' },
    { from: 'b', to: 'a', action: 'again' },
  ];
  expect(problemsOf({ nodes, edges })).toEqual([]);
});

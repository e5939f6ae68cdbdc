// Parts of a workflow that cannot be read hide no problem of the others.
import { expect, test } from 'vitest';
import { validateWorkflow } from '../../src/workflow/validate.ts';
import { registry } from './node-types.ts';

type Loose = Record<string, unknown>;
const print = (id: string, params: Loose = {}): Loose => ({ id, type: 'print', params });

test('edges that cannot be read hide no other problem, and make none', () => {
  const value = {
    inputs: { n: { type: 'integer', default: 'three' }, unused: {} },
    nodes: [
      print('a', { mesage: '${n}' }),
      print('b', { message: '${c.text} ${c.txt}' }),
      print('c', { message: '${d.text}' }),
    ],
    edges: [{ source: 'c', target: 'b' }, ['b', 'a']],
    outputs: { o: { source: '${a.txt}' } },
  };
  const problems = validateWorkflow(value, { registry });
  expect(problems.map(({ path }) => path)).toEqual([
    ...['edges[0].from', 'edges[0].to', 'edges[0].source', 'edges[0].target', 'edges[1]'],
    ...['inputs.n.default', 'inputs.unused', 'nodes[0].params.mesage'],
    ...['nodes[1].params.message', 'nodes[2].params.message', 'outputs.o.source'],
  ]);
});

test('a plain value in the place of an object names the object to write', () => {
  const value = {
    inputs: { file: 'string', n: 'int' },
    nodes: [{ ...print('a', { message: '${file} ${n}' }), retry: 3, batch: '${file}', loop: true }],
    edges: [['a', 'b'], 'a'],
    outputs: { o: '${a.text}', p: 1 },
  };
  const problems = validateWorkflow(value, { registry });
  expect(Object.fromEntries(problems.map(({ path, suggestion }) => [path, suggestion]))).toEqual({
    'inputs.file': 'write {"type":"string"}',
    'inputs.n': 'write {"type":"string"}',
    'nodes[0].retry': 'write {"max":3}',
    'nodes[0].batch': 'write {"items":"${file}"}',
    'nodes[0].loop': 'write {"until":"${node.done}"}',
    'edges[0]': 'write {"from":"a","to":"b"}',
    'edges[1]': 'write {"from":"a","to":"b"}',
    'outputs.o': 'write {"source":"${a.text}"}',
    'outputs.p': 'write {"source":"${node.output}"}',
  });
  const [list] = validateWorkflow({ inputs: ['file', 'n'], nodes: [print('a')] }, { registry });
  expect(list?.suggestion).toBe('write {"file":{"type":"string"},"n":{"type":"string"}}');
});

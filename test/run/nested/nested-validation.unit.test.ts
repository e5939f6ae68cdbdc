// Nested workflows are checked together with their parent, before anything runs.
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { nestedBench, nestedNode, RETURN_X } from './nested-bench.ts';

describe('before the run', () => {
  const workflowsOf = (levels: number): Record<string, unknown> =>
    Object.fromEntries(
      Array.from({ length: levels + 1 }, (_, level) => [
        `w${String(level)}.json`,
        level === levels
          ? RETURN_X
          : {
              ...RETURN_X,
              nodes: [nestedNode('n', `w${String(level + 1)}.json`, '${x}')],
              outputs: { got: { source: '${n.got}' } },
            },
      ]),
    );
  const start = { nodes: [nestedNode('n', 'w0.json')], outputs: { got: { source: '${n.got}' } } };

  test('ten levels run, and an eleventh is refused', async () => {
    const ten = nestedBench({ ...workflowsOf(9), 'parent.json': start });
    expect((await ten.run('parent.json')).output?.result).toEqual({ got: 1 });
    const eleven = nestedBench({ ...workflowsOf(10), 'parent.json': start });
    const files = Array.from({ length: 11 }, (_each, level) => `w${String(level)}.json`).join(' → ');
    expect(await eleven.problemsOf('parent.json')).toEqual([
      `nodes[0].params.workflow: nested workflows go deeper than 10 levels: parent.json → ${files}; put some of them beside each other instead`,
    ]);
  });

  test('a cycle through an inline workflow is reported where it begins', async () => {
    const inline = { id: 'c', type: 'workflow', params: { ir: { nodes: [nestedNode('n', 'w0.json')] } } };
    const bench = nestedBench({
      'parent.json': { nodes: [inline] },
      'w0.json': { nodes: [nestedNode('n', 'w0.json')] },
    });
    expect(await bench.problemsOf('parent.json')).toEqual([
      'nodes[0].params.ir: a workflow cannot contain itself: w0.json → w0.json; take it out, or repeat the nodes with an edge that leads back',
    ]);
  });

  test.each([
    [
      'a cycle',
      { 'child.json': { nodes: [nestedNode('p', './sub/../parent.json')] } },
      'parent.json → child.json → parent.json',
    ],
    ['a missing file', {}, 'child.json is neither a file nor a saved workflow'],
    ['no JSON', { 'child.json': '{' }, 'child.json'],
    [
      'a wrong node in the child',
      { 'child.json': { ...RETURN_X, nodes: [{ id: 'give', type: 'echo', params: { dta: '${x}' } }] } },
      'child.json: nodes[0].params.dta: unknown param "dta"',
    ],
    [
      'an unknown input',
      {
        'child.json': {
          ...RETURN_X,
          inputs: { y: { default: 1 } },
          nodes: [{ id: 'give', type: 'echo', params: { data: '${y}' } }],
        },
      },
      'the nested workflow has no input "x"; available: y',
    ],
    [
      'a missing input',
      {
        'child.json': {
          inputs: { x: {}, y: { type: 'string', description: 'The other' } },
          nodes: [{ id: 'give', type: 'echo', params: { data: '${x}${y}' } }],
          outputs: RETURN_X.outputs,
        },
      },
      'input "y" (string) of the nested workflow is missing: The other; add "y" to "inputs"',
    ],
    [
      'a value of the wrong type',
      { 'child.json': { ...RETURN_X, inputs: { x: { type: 'array' } } } },
      'nodes[0].params.inputs.x: must be an array, is a number',
    ],
  ] as const)('refuses %s', async (_what, files, expected) => {
    const bench = nestedBench({ 'parent.json': { nodes: [nestedNode('c', './child.json')] }, ...files });
    expect((await bench.problemsOf('parent.json')).join('\n')).toContain(expected);
  });

  test('refuses an output that the child does not declare, and both or none of workflow and ir', async () => {
    const bench = nestedBench({
      'parent.json': {
        nodes: [nestedNode('c', 'child.json'), { id: 'e', type: 'echo', params: { data: '${c.gott}' } }],
      },
      'child.json': RETURN_X,
      'both.json': {
        nodes: [
          { id: 'c', type: 'workflow', params: { workflow: 'child.json', ir: RETURN_X, inputs: { x: 1 } } },
        ],
      },
      'none.json': { nodes: [{ id: 'c', type: 'workflow', params: {} }] },
    });
    expect(await bench.problemsOf('parent.json')).toEqual([
      'nodes[1].params.data: ${c.gott} does not exist, the nested workflow writes: got, error; did you mean ${c.got}?',
    ]);
    for (const name of ['both.json', 'none.json'])
      expect((await bench.problemsOf(name)).join()).toContain(
        'a workflow node has either "workflow" or "ir"',
      );
  });

  test('a child without outputs runs, writes nothing, and warns once', async () => {
    const { outputs: _outputs, ...silent } = RETURN_X;
    const bench = nestedBench({
      'parent.json': { nodes: [nestedNode('c', 'child.json', '${item}', { batch: { items: [1, 2] } })] },
      'child.json': silent,
    });
    const { outcome } = await bench.record('parent.json');
    expect(outcome.warnings?.map(({ code }) => code)).toEqual(['NESTED_WITHOUT_OUTPUTS']);
    expect((outcome.shared['c'] as { results: unknown }).results).toEqual([{ item: 1 }, { item: 2 }]);
  });

  test('a file is found from the folder of its parent, wherever the run starts', async () => {
    const bench = nestedBench({
      'a/parent.json': { ...start, nodes: [nestedNode('n', './child.json')] },
      'a/child.json': RETURN_X,
    });
    expect((await bench.run(join(bench.folder, 'a/parent.json'), { cwd: '/' })).output?.result).toEqual({
      got: 1,
    });
  });
});

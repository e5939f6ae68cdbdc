// Tests code nodes in a workflow: templates are resolved in their inputs, never in their code.
import { expect, test } from 'vitest';
import { expectTextError, workbench } from '../support/workbench.ts';

function counting(code: string, inputs: unknown = { words: '${text}' }): unknown {
  return {
    inputs: { text: { type: 'string' } },
    nodes: [{ id: 'count', type: 'code', params: { code, inputs } }],
    outputs: { count: { source: '${count.result}' } },
  };
}

test('template literals in the code stay JavaScript, and a value never becomes code', async () => {
  const bench = workbench();
  bench.write(
    'flow.json',
    counting('const { words } = inputs\nreturn `${words.length}: ${words} $${words}`'),
  );
  const run = await bench.run(['flow.json', 'text=`${process.exit()}`']);
  expect(run).toMatchObject({
    code: 0,
    stderr: '',
    stdout: '19: `${process.exit()}` $`${process.exit()}`\n',
  });
});

test('a syntax error in the code is reported before the run, with all other problems', async () => {
  const bench = workbench();
  bench.write('flow.json', counting('return {', { words: '${txt}' }));
  expect(expectTextError(await bench.run(['validate', 'flow.json']), 2, 'WORKFLOW_INVALID').slice(1)).toEqual(
    [
      '  inputs.text: input "text" is never used; use it as ${text} or remove it',
      '  nodes[0].params.code: is not JavaScript: its brackets do not match (line 1)',
      '  nodes[0].params.inputs.words: ${txt} does not exist; available: text, count; did you mean ${text}?',
    ],
  );
});

test('an error thrown by the code is the error of the node', async () => {
  const bench = workbench();
  bench.write('flow.json', counting('return words'));
  expect(expectTextError(await bench.run(['flow.json', 'text=a']), 1, 'NODE_FAILED').slice(0, 2)).toEqual([
    'error NODE_FAILED: node "count": the code threw ReferenceError: words is not defined (line 1)',
    '  Inputs are read as inputs.words.',
  ]);
});

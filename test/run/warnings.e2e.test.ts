// Invariant: what may not be intended is a warning, the same on stderr, in the JSON document, in the log and in the
// outcome of the library, and it changes neither result nor exit code.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runFile } from '../../src/run/run-file.ts';
import { cleanEnvironment } from '../support/clean-environment.ts';
import { documentOf, eventsIn, workbench } from '../support/workbench.ts';

test('nodes that did not run because an error edge led past them', async () => {
  const bench = workbench();
  bench.write('flow.json', {
    nodes: [
      { id: 'first', type: 'shell', params: { command: 'exit 3' } },
      { id: 'second', type: 'echo', params: { message: 'two' } },
      { id: 'rescue', type: 'echo', params: { message: 'rescued' } },
    ],
    edges: [
      { from: 'first', to: 'second' },
      { from: 'first', to: 'rescue', action: 'error' },
    ],
    outputs: { o: { source: '${rescue.echo}' } },
  });
  const message = 'node "second" did not run: the run ended at "rescue"';
  const text = await bench.run(['flow.json', '--log', 'run.ndjson']);
  expect(text).toMatchObject({ code: 0, stdout: 'rescued\n' });
  expect(text.stderr).toContain(message);
  const json = await bench.run(['flow.json', '--output-format', 'json']);
  expect(documentOf(json).warnings).toContainEqual(
    expect.objectContaining({ code: 'NODES_NOT_REACHED', message }),
  );
  const events = eventsIn(bench.path('run.ndjson'));
  expect(events.flatMap(({ type, data }) => (type === 'warning.raised' ? [data['code']] : []))).toEqual([
    'NODE_RECOVERED',
    'NODES_NOT_REACHED',
  ]);
  expect(events.at(-1)?.type).toBe('run.completed');
  const { folder } = bench;
  const { warnings, notReached } = await runFile(bench.path('flow.json'), {
    cwd: folder,
    env: cleanEnvironment(folder),
  });
  expect({ warnings, notReached }).toEqual({
    warnings: [{ code: 'NODES_NOT_REACHED', message }],
    notReached: ['second'],
  });
});

test('an untaken error edge is no warning, and its nodes are in the outcome', async () => {
  const bench = workbench();
  const { folder } = bench;
  const path = bench.write('flow.json', {
    nodes: [
      { id: 'first', type: 'echo', params: { message: 'one' } },
      { id: 'rescue', type: 'echo', params: { message: 'rescued' } },
    ],
    edges: [{ from: 'first', to: 'rescue', action: 'error' }],
    outputs: { o: { source: '${first.echo}' } },
  });
  const outcome = await runFile(path, { cwd: folder, env: cleanEnvironment(folder) });
  expect(outcome).toMatchObject({ status: 'success', warnings: [], notReached: ['rescue'] });
});

test('JSON text that becomes one string inside other JSON', async () => {
  const bench = workbench();
  const { folder } = bench;
  const path = bench.write('flow.json', {
    nodes: [
      { id: 'a', type: 'shell', params: { command: 'echo \'{"n": 1}\'' } },
      {
        id: 'b',
        type: 'write-file',
        params: {
          file_path: 'x.json',
          content: { bad: ['${a.stdout}'], good: '${a.stdout | json}', text: 'is ${a.stdout}' },
        },
      },
      { id: 'c', type: 'shell', params: { command: 'cat', stdin: '${a.stdout}', env: { V: '${a.stdout}' } } },
      { id: 'd', type: 'echo', params: { data: { kept: '${a.stdout}' } } },
    ],
    outputs: { o: { source: '${b.written}' } },
  });
  const outcome = await runFile(path, { cwd: folder, env: cleanEnvironment(folder) });
  expect(outcome.warnings).toEqual([
    {
      code: 'JSON_AS_TEXT',
      message:
        'node "b": content.bad[0] is JSON that becomes one string; ${a.stdout | json} inserts its value',
      node_id: 'b',
    },
  ]);
  expect(JSON.parse(readFileSync(bench.path('x.json'), 'utf8'))).toEqual({
    bad: ['{"n": 1}'],
    good: { n: 1 },
    text: 'is {"n": 1}',
  });
});

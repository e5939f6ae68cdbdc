// Invariant: what may not be intended is a warning, the same on stderr, in the JSON document, in the log and in the
// outcome of the library, and it changes neither result nor exit code.
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

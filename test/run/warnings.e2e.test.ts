// Invariant: what may not be intended is a warning, the same on stderr, in the JSON document, in the log and in the
// outcome of the library, and it changes neither result nor exit code.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runFile } from '../../src/run/run-workflow-file.ts';
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

test('an untaken error edge is not a warning, and its nodes are in the outcome', async () => {
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

test('a value that a program may read as an option', async () => {
  const bench = workbench();
  const command = (id: string, text: string): object => ({ id, type: 'shell', params: { command: text } });
  bench.write('flow.json', {
    inputs: { made: {}, written: { default: '-a' }, ls_flags: {} },
    nodes: [
      command('loose', 'ls ${made} . && ls ${made} .'),
      command('ended', 'ls -- ${made} || ls ./${made} || true'),
      command('printed', 'echo ${made}; printf %s ${made}'),
      command('meant', 'ls ${written} . && ls ${ls_flags} .'),
    ],
    outputs: { o: { source: '${printed.stdout}' } },
  });
  const given = ['flow.json', 'made=-l', 'ls_flags=-l'];
  const message =
    'node "loose": the value of ${made} begins with a dash, so that ls may read it as an option; ' +
    'write -- in front of it, or ./${made} for the name of a file';
  const text = await bench.run([...given, '--log', 'run.ndjson']);
  expect(text).toMatchObject({ code: 0, stdout: '-l\n-l\n' });
  expect(text.stderr).toContain(message);
  const json = await bench.run([...given, '--output-format', 'json']);
  const warning = { code: 'OPTION_LIKE_VALUE', message, node_id: 'loose' };
  const raised = documentOf(json).warnings.filter(({ code }) => code === warning.code);
  expect(raised).toEqual([warning]);
  const logged = eventsIn(bench.path('run.ndjson')).filter(({ data }) => data['code'] === warning.code);
  expect(logged).toHaveLength(1);
});

test('a value that is code as an option ends the run before the command', async () => {
  const bench = workbench();
  bench.write('flow.json', {
    inputs: { file: {} },
    nodes: [{ id: 'p', type: 'shell', params: { command: 'python3 ${file}; touch PWNED' } }],
  });
  const failed = await bench.run(['flow.json', 'file=-copen("PWNED", "w")', '--output-format', 'json']);
  expect(documentOf(failed).error).toMatchObject({
    code: 'WORKFLOW_INVALID',
    message: expect.stringContaining(
      'the command was not run: ${file} is read as an option by python3, where its value could become code',
    ) as unknown,
    hint: 'write -- in front of ${file}, or ./${file} for the name of a file',
  });
  expect(readdirSync(bench.folder)).not.toContain('PWNED');
});

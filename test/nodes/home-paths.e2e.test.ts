// Invariant: `~` and `~/` at the start of a path mean the home folder, after templates are filled in. `~name` is
// refused, and nothing named `~` is ever created.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runFile } from '../../src/run/run-workflow-file.ts';
import { expandHome, findHomeProblem } from '../../src/values/home-path.ts';
import { cleanEnvironment } from '../support/clean-environment.ts';
import { workbench } from '../support/workbench.ts';

test('every file node and the folder of a command start at the home folder', async () => {
  const bench = workbench();
  const home = bench.path('home');
  mkdirSync(home);
  writeFileSync(join(home, 'a.txt'), 'from home');
  bench.write('flow.json', {
    inputs: { folder: { type: 'string' } },
    nodes: [
      { id: 'read', type: 'read-file', params: { file_path: '~/a.txt' } },
      {
        id: 'write',
        type: 'write-file',
        params: { file_path: '${folder}/w.txt', content: '${read.content}' },
      },
      { id: 'copy', type: 'copy-file', params: { source_path: '~/w.txt', dest_path: '~/new/c.txt' } },
      { id: 'move', type: 'move-file', params: { source_path: '~/new/c.txt', dest_path: '~/m.txt' } },
      { id: 'delete', type: 'delete-file', params: { file_path: '~/w.txt', confirm_delete: true } },
      { id: 'shell', type: 'shell', params: { command: 'pwd; cat m.txt', cwd: '~' } },
    ],
    outputs: { o: { source: '${shell.stdout}' } },
  });
  const env = { ...cleanEnvironment(bench.folder), HOME: home };
  const outcome = await runFile(bench.path('flow.json'), { cwd: bench.folder, env, inputs: { folder: '~' } });
  expect(outcome.error).toBeUndefined();
  expect(outcome.output?.value).toBe(`${home}\nfrom home`);
  expect(readdirSync(home).toSorted()).toEqual(['a.txt', 'm.txt', 'new']);
  expect(existsSync(bench.path('~'))).toBe(false);
});

test('the home folder of another user is refused, before the run and after a template', async () => {
  const bench = workbench();
  const write = (file_path: string): void => {
    bench.write('flow.json', {
      inputs: { p: { type: 'string', default: '~bob/x' } },
      nodes: [
        { id: 'n', type: 'echo', params: { message: '${p}' } },
        { id: 'w', type: 'write-file', params: { file_path, content: 'x' } },
      ],
    });
  };
  const run = (): Promise<unknown> =>
    runFile(bench.path('flow.json'), { cwd: bench.folder, env: cleanEnvironment(bench.folder) });
  write('~bob/x');
  await expect(run()).rejects.toMatchObject({
    code: 'WORKFLOW_INVALID',
    details: [expect.stringContaining('starts with "~bob"') as string],
  });
  write('${p}');
  expect(await run()).toMatchObject({ status: 'failed', error: { code: 'NODE_PARAMS_INVALID' } });
  expect(readdirSync(bench.folder)).not.toContain('~bob');
});

test('the command line expands its own paths, also in quotes and after =', async () => {
  const bench = workbench();
  const home = bench.path('home');
  mkdirSync(home);
  const flow = { nodes: [{ id: 'n', type: 'echo', params: { message: 'hi' } }] };
  writeFileSync(join(home, 'flow.json'), JSON.stringify(flow));
  const env = { HOME: home, PFLOW_HOME: '~/kept' };
  const run = await bench.run(['run', '~/flow.json', '--log=~/logs/', '--trace'], { env });
  expect(run).toMatchObject({ code: 0, stdout: 'hi\n' });
  expect(readdirSync(join(home, 'logs'))).toHaveLength(1);
  expect(existsSync(join(home, 'kept/debug'))).toBe(true);
  const other = await bench.run(['~/flow.json'], { env: { ...env, PFLOW_LOG_DIR: '~/logs' } });
  expect(other.code).toBe(0);
  expect(readdirSync(join(home, 'logs'))).toHaveLength(2);
  expect(existsSync(bench.path('~'))).toBe(false);
});

test('only a ~ at the start, alone or before a slash, changes a path', () => {
  fc.assert(
    fc.property(fc.string(), (path) => {
      expect(expandHome(`a${path}`, '/home')).toBe(`a${path}`);
      expect(findHomeProblem(`./~${path}`)).toBe(undefined);
      expect(expandHome(`~/${path}`, '/home')).toBe(`/home/${path}`);
      expect(findHomeProblem(`~${path}`) === undefined).toBe(path === '' || path.startsWith('/'));
    }),
  );
});

test('a trace into a folder that takes no files ends with an error', async () => {
  const bench = workbench({ PFLOW_HOME: '/proc' });
  bench.write('flow.json', { nodes: [{ id: 'n', type: 'echo', params: { message: 'hi' } }] });
  const run = await bench.run(['flow.json', '--trace']);
  expect(run).toMatchObject({ code: 1, stdout: 'hi\n' });
  expect(run.stderr).toContain('error FILE_UNWRITABLE: the trace cannot be saved in /proc/debug');
  expect(readFileSync(bench.path('flow.json'), 'utf8')).toContain('echo');
});

// `pflow probe` runs one node, prints its template paths, and keeps a log.
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { listPaths } from '../../src/cli/probe/list-paths.ts';
import { expectTextError, workbench } from '../support/workbench.ts';

test('paths lead to every value; long texts and lists are shortened', () => {
  expect(listPaths('n', { a: 'x'.repeat(201), b: [1, 2, 3, 4], 'c d': { e: null }, f: {} })).toEqual([
    { path: '${n.a}', kind: 'string', value: `${'x'.repeat(200)}…`, length: 201 },
    { path: '${n.b}', kind: 'array', value: '4 items' },
    { path: '${n.b[0]}', kind: 'number', value: 1 },
    { path: '${n.b[1]}', kind: 'number', value: 2 },
    { path: '${n.b[2]}', kind: 'number', value: 3 },
    { path: '${n["c d"].e}', kind: 'null', value: null },
    { path: '${n.f}', kind: 'object', value: {} },
  ]);
});

test('probe prints what a node wrote, and its failure', async () => {
  const bench = workbench();
  const shown = await bench.run(['probe', 'echo', 'data={"n": 1}', 'message=${x}']);
  expect(shown).toMatchObject({ code: 0, stdout: '${echo.echo}    ${x}\n${echo.data.n}  1\n' });
  const [, path = ''] = /^log {4}(.*)$/mu.exec(shown.stderr) ?? [];
  expect(path).toContain(bench.path('.pflow/runs/'));
  expect(existsSync(path)).toBe(true);
  const failed = await bench.run(['probe', 'shell', 'command=echo out; exit 3', '--json']);
  expect(failed.code).toBe(1);
  expect(JSON.parse(failed.stdout)).toMatchObject({
    ...{ type: 'shell', status: 'failed', is_error: true, error: { code: 'NODE_FAILED' } },
    log: expect.any(String) as string,
  });
  const lines = expectTextError(await bench.run(['probe', 'htp']), 2, 'NODE_TYPE_UNKNOWN');
  expect(lines).toContain('  Did you mean http?');
});

test('wrong params name the command that lists those of the type', async () => {
  const lines = expectTextError(await workbench().run(['probe', 'shell']), 2, 'WORKFLOW_INVALID');
  expect(lines.at(-1)).toBe('  Params are given as key=value; pflow registry describe shell lists them.');
});

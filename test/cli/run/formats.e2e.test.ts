// What stdout gets: one JSON document, or the events as they come and then the document. Workflows from stdin.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { documentOf, expectTextError, workbench } from '../../support/workbench.ts';

const GREET = {
  inputs: { who: { stdin: true, default: 'world' } },
  nodes: [{ id: 'hi', type: 'echo', params: { message: 'hello ${who}' } }],
};
const FAILING = { nodes: [{ id: 'bad', type: 'shell', params: { command: 'echo out; exit 3' } }] };

function linesOf(text: string): readonly Readonly<Record<string, unknown>>[] {
  const lines = text.trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
}

describe('a workflow from stdin', () => {
  test('is run and validated, and stdin is not input then', async () => {
    const bench = workbench();
    const stdin = JSON.stringify(GREET);
    expect(await bench.run(['run', '-'], { stdin })).toMatchObject({ code: 0, stdout: 'hello world\n' });
    expect(await bench.run(['-', 'who=you'], { stdin })).toMatchObject({ code: 0, stdout: 'hello you\n' });
    expect(JSON.parse((await bench.run(['validate', '-', '--json'], { stdin })).stdout)).toMatchObject({
      valid: true,
      name: 'stdin',
      inputs: ['who'],
    });
    const [error] = expectTextError(
      await bench.run(['run', '-'], { stdin: '{"nodes": [' }),
      2,
      'WORKFLOW_INVALID',
    );
    expect(error).toContain('stdin is not JSON');
  });
});

describe('stream-json', () => {
  test('prints the lines of the log, then the document as one line', async () => {
    const bench = workbench();
    bench.write('greet.json', GREET);
    const args = ['run', 'greet.json', '--output-format', 'stream-json', '--log', 'runs/'];
    const { stdout, code } = await bench.run(args, { stdin: 'you\n' });
    const [name = ''] = readdirSync(bench.path('runs'));
    const log = readFileSync(bench.path(`runs/${name}`), 'utf8');
    expect(code).toBe(0);
    expect(stdout.startsWith(log)).toBe(true);
    expect(linesOf(stdout.slice(log.length))).toEqual([
      expect.objectContaining({ type: 'result', result: 'hello you', status: 'success' }),
    ]);
  });

  test('of level metrics holds no content, and ends with a result when the run fails', async () => {
    const bench = workbench();
    bench.write('bad.json', FAILING);
    const run = await bench.run([
      ...['run', 'bad.json', '--output-format', 'stream-json', '--log-level', 'metrics'],
    ]);
    const lines = linesOf(run.stdout);
    expect(run.code).toBe(1);
    expect(lines.map(({ type }) => type)).toEqual([
      ...['run.started', 'workflow.started', 'node.started', 'node.failed', 'workflow.completed'],
      ...['run.completed', 'result'],
    ]);
    expect(JSON.stringify(lines.slice(0, -1))).not.toContain('exit 3');
    expect(lines.at(-1)).toMatchObject({ is_error: true, error: { code: 'NODE_FAILED', node_id: 'bad' } });
  });

  test('prints one line also when nothing runs', async () => {
    const run = await workbench().run(['run', 'none.json', '--output-format=stream-json']);
    expect(run.code).toBe(2);
    expect(linesOf(run.stdout)).toEqual([
      expect.objectContaining({
        type: 'result',
        error: expect.objectContaining({ code: 'FILE_NOT_FOUND' }) as unknown,
      }),
    ]);
  });
});

test('--json is the JSON form, and --log - is refused with the way out', async () => {
  const bench = workbench();
  bench.write('greet.json', GREET);
  expect(documentOf(await bench.run(['greet.json', '--json'])).result).toBe('hello world');
  const lines = expectTextError(await bench.run(['greet.json', '--log', '-']), 2, 'USAGE');
  expect(lines.join('\n')).toContain('--output-format stream-json');
});

// Tests output on a pseudo-terminal: colour can be turned off, and text from nodes cannot control the screen.
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runOnTerminal } from '../support/run-on-terminal.ts';
import { ECHO, workbench, type Workbench } from '../support/workbench.ts';

const ESCAPE = '\u001b';

function screenOf(
  bench: Workbench,
  args: string,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  return runOnTerminal(bench.folder, args, env);
}

function benchWith(workflow: unknown): Workbench {
  const bench = workbench();
  bench.write('flow.json', workflow);
  return bench;
}

test('a run shows its nodes, its summary and its value in colour', async () => {
  const shown = await screenOf(benchWith(ECHO), 'flow.json');
  expect(shown).toContain(`${ESCAPE}[32m✓${ESCAPE}[0m hello`);
  expect(shown.replaceAll(/\u001b\[\d+m/gu, '').replaceAll(/\d\.\d\d s/gu, 'T')).toBe(
    'flow  1 node\n  ✓ hello       T\nsuccess in T · 1 node\nhello\n',
  );
});

test.each([
  ['NO_COLOR', 'flow.json', { NO_COLOR: '1' }],
  ['--no-color', 'flow.json --no-color', {}],
  ['--no-color before the file', '--no-color flow.json', {}],
])('%s shows the same without colour', async (_what, args, env) => {
  const shown = await screenOf(benchWith(ECHO), args, env);
  expect(shown).not.toContain(ESCAPE);
  expect(shown.replaceAll(/\d\.\d\d s/gu, 'T')).toBe(
    'flow  1 node\n  ✓ hello       T\nsuccess in T · 1 node\nhello\n',
  );
});

test('a terminal that cannot clear a line gets the value alone', async () => {
  expect(await screenOf(benchWith(ECHO), 'flow.json', { TERM: 'dumb' })).toBe('hello\n');
});

test.each(['-p flow.json', '--print flow.json'])('%s prints the value alone', async (args) => {
  expect(await screenOf(benchWith(ECHO), args)).toBe('hello');
});

test('text from a node cannot control the screen', async () => {
  const bench = benchWith({
    nodes: [{ id: 'print', type: 'echo', params: { message: 'a\u001b]0;owned\u0007\u001b[2Jb' } }],
    outputs: { text: { source: '${print.echo}' } },
  });
  expect(await screenOf(bench, 'flow.json -p')).toBe('a\\u{1b}]0;owned\\u{07}\\u{1b}[2Jb');
});

test('showing progress makes no file', async () => {
  const bench = benchWith(ECHO);
  await screenOf(bench, 'flow.json');
  expect(existsSync(bench.path('.pflow'))).toBe(false);
});

test('a warning is printed once', async () => {
  const bench = benchWith({
    nodes: [
      { id: 'try', type: 'shell', params: { command: 'exit 3' } },
      { id: 'else', type: 'echo', params: { message: 'fine' } },
    ],
    edges: [{ from: 'try', to: 'else', action: 'error' }],
    outputs: { text: { source: '${else.echo}' } },
  });
  const shown = await screenOf(bench, 'flow.json');
  expect(shown.match(/error edge was taken/gu)).toHaveLength(1);
});

test('a replay that cannot read its log reports that once: as text, or as a document by request', async () => {
  const bench = workbench();
  const text = await screenOf(bench, 'replay gone.ndjson --project cost --no-color');
  expect(text).toBe(
    'error FILE_NOT_FOUND: the log "gone.ndjson" does not exist\n' +
      '  Check the path; a relative one starts at the current folder.\n',
  );
  const document = await screenOf(bench, 'replay gone.ndjson --project cost --json');
  expect(JSON.parse(document)).toMatchObject({ is_error: true, error: { code: 'FILE_NOT_FOUND' } });
});

test('a replay whose result is piped reports a failed read there and on the screen', async () => {
  const bench = workbench();
  const shown = await screenOf(bench, 'replay gone.ndjson --project cost --no-color > out.json');
  expect(shown).toMatch(/^error FILE_NOT_FOUND: .*\n {2}Check the path.*\n$/u);
  const document = JSON.parse(readFileSync(bench.path('out.json'), 'utf8')) as unknown;
  expect(document).toMatchObject({ is_error: true });
});

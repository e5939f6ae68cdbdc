// Invariant: no secret is in any byte of an error, a warning, a log or a trace, whatever the flags. A result belongs
// to the user and stays complete.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { documentOf, testProvider, workbench } from '../support/workbench.ts';

const PASSWORD = 'swordfish-2026';
const KEY = 'the-key-of-the-depot';

const PRINTS_SECRETS = { command: 'echo "it was ${pw} and $DEPOT_API_KEY" >&2; exit 1' };

const FAILS = {
  inputs: { pw: { type: 'string', secret: true } },
  nodes: [{ id: 'print', type: 'shell', params: PRINTS_SECRETS }],
};

const RECOVERS = {
  ...FAILS,
  nodes: [...FAILS.nodes, { id: 'else', type: 'echo', params: { message: '${print.stderr}' } }],
  edges: [{ from: 'print', to: 'else', action: 'error' }],
  outputs: { text: { source: '${else.echo}' } },
};

const REDACTED = 'exit code 1: it was <redacted:pw> and <redacted:DEPOT_API_KEY>';

test.each([
  [[]],
  [['--verbose']],
  [['-p']],
  [['--output-format', 'json']],
  [['--log', 'run.ndjson', '--trace']],
  [['--log', 'run.ndjson', '--log-level', 'metrics', '--output-format', 'json', '--verbose']],
])('an error that quotes secrets is redacted, with %j', async (flags) => {
  const bench = workbench({ DEPOT_API_KEY: KEY });
  bench.write('flow.json', FAILS);
  const run = await bench.run(['flow.json', `pw=${PASSWORD}`, ...flags]);
  expect(run.code).toBe(1);
  expect(run.stderr).toContain(`error NODE_FAILED: node "print": ${REDACTED}\n`);
  const written = readdirSync(bench.folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /run\.ndjson$|pflow-trace.*\.json$/u.test(name))
    .map((name) => readFileSync(bench.path(name), 'utf8'));
  expect(written).toHaveLength(flags.filter((flag) => flag === '--log' || flag === '--trace').length);
  for (const text of [run.stdout, run.stderr, ...written]) {
    expect(text).not.toContain(PASSWORD);
    expect(text).not.toContain(KEY);
  }
});

test('a warning that quotes secrets is redacted, and the result is not', async () => {
  const bench = workbench({ DEPOT_API_KEY: KEY });
  bench.write('flow.json', RECOVERS);
  const text = `it was ${PASSWORD} and ${KEY}`;
  const run = await bench.run(['flow.json', `pw=${PASSWORD}`]);
  expect(run).toMatchObject({
    code: 0,
    stdout: `${text}\n`,
    stderr: `warning node "print" failed and its error edge was taken: ${REDACTED}\n`,
  });
  const json = await bench.run(['flow.json', `pw=${PASSWORD}`, '--output-format', 'json']);
  expect(documentOf(json).result).toEqual({ text });
  expect(JSON.stringify(documentOf(json).warnings)).not.toContain(PASSWORD);
});

test('a prompt that holds a secret still finds its recorded answer', async () => {
  const provider = await testProvider({ answers: { 'the password': 'It is strong.' } });
  const bench = workbench(provider.env);
  bench.write('flow.json', {
    inputs: { pw: { type: 'string', secret: true } },
    nodes: [
      {
        id: 'ask',
        type: 'llm',
        params: { model: 'openai/gpt-4o-mini', prompt: 'Judge the password ${pw}.' },
      },
    ],
  });
  const first = await bench.run(['flow.json', `pw=${PASSWORD}`, '--log', 'run.ndjson']);
  expect(first).toMatchObject({ code: 0, stdout: 'It is strong.\n' });
  expect(readFileSync(bench.path('run.ndjson'), 'utf8')).not.toContain(PASSWORD);
  const again = await bench.run(['flow.json', `pw=${PASSWORD}`, '--answers', 'run.ndjson']);
  expect(again).toMatchObject({ code: 0, stdout: 'It is strong.\n', stderr: '' });
  expect(provider.requests).toHaveLength(1);
});

// Invariant: no secret is in any byte of an error, a warning, a log or a trace, whatever the flags. A result is the
// user's own and stays whole.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { documentOf, testProvider, workbench } from '../support/workbench.ts';

const PASSWORD = 'swordfish-2026';
const KEY = 'the-key-of-the-house';

const TELL = { command: 'echo "it was ${pw} and $HOUSE_API_KEY" >&2; exit 1' };

const FAILS = {
  inputs: { pw: { type: 'string', secret: true } },
  nodes: [{ id: 'tell', type: 'shell', params: TELL }],
};

const RECOVERS = {
  ...FAILS,
  nodes: [...FAILS.nodes, { id: 'else', type: 'echo', params: { message: '${tell.stderr}' } }],
  edges: [{ from: 'tell', to: 'else', action: 'error' }],
  outputs: { said: { source: '${else.echo}' } },
};

const TOLD = 'exit code 1: it was <redacted:pw> and <redacted:HOUSE_API_KEY>';

test.each([
  [[]],
  [['--verbose']],
  [['-p']],
  [['--output-format', 'json']],
  [['--log', 'run.ndjson', '--trace']],
  [['--log', 'run.ndjson', '--log-level', 'metrics', '--output-format', 'json', '--verbose']],
])('a node that fails over its secrets, with %j', async (flags) => {
  const bench = workbench({ HOUSE_API_KEY: KEY });
  bench.write('flow.json', FAILS);
  const run = await bench.run(['flow.json', `pw=${PASSWORD}`, ...flags]);
  expect(run.code).toBe(1);
  expect(run.stderr).toContain(`error NODE_FAILED: node "tell": ${TOLD}\n`);
  const written = readdirSync(bench.folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /run\.ndjson$|pflow-trace.*\.json$/u.test(name))
    .map((name) => readFileSync(bench.path(name), 'utf8'));
  expect(written).toHaveLength(flags.filter((flag) => flag === '--log' || flag === '--trace').length);
  for (const text of [run.stdout, run.stderr, ...written]) {
    expect(text).not.toContain(PASSWORD);
    expect(text).not.toContain(KEY);
  }
});

test('a warning does not tell them, and the result is whole', async () => {
  const bench = workbench({ HOUSE_API_KEY: KEY });
  bench.write('flow.json', RECOVERS);
  const said = `it was ${PASSWORD} and ${KEY}`;
  const text = await bench.run(['flow.json', `pw=${PASSWORD}`]);
  expect(text).toMatchObject({
    code: 0,
    stdout: `${said}\n`,
    stderr: `warning node "tell" failed and its error edge was taken: ${TOLD}\n`,
  });
  const json = await bench.run(['flow.json', `pw=${PASSWORD}`, '--output-format', 'json']);
  expect(documentOf(json).result).toEqual({ said });
  expect(JSON.stringify(documentOf(json).warnings)).not.toContain(PASSWORD);
});

test('a prompt that holds a secret finds its recorded answer all the same', async () => {
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

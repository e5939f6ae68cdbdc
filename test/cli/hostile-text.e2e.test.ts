// Invariant: nothing that a node, a model, a file or a log says reaches a terminal as anything but text; a pipe gets
// every byte of a result as it is.
import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { runOnTerminal } from '../support/run-on-terminal.ts';
import { testProvider, workbench, type Workbench } from '../support/workbench.ts';

/** Title, clear screen, clipboard, C1, backspace over what stands before, right to left, and our own marks for colour. */
const HOSTILE =
  'a\u001b]0;owned\u0007\u001b[2J\u001b]52;c;b3duZWQ=\u0007\u009b31m\u0008\u0008\u202eb\r\uf8e0\uf8e1\uf8e2\uf8e6c\u007f';
const STEERS = /(?![\n\t])[\p{Cc}\p{Bidi_Control}]/u;

/** What no terminal obeys; colours of our own are off. */
async function shown(
  bench: Workbench,
  args: string,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const screen = await runOnTerminal(bench.folder, args, { NO_COLOR: '1', ...env });
  expect(JSON.stringify(STEERS.exec(screen))).toBe('null');
  return screen;
}

function benchWith(workflow: object, env: Readonly<Record<string, string>> = {}): Workbench {
  const bench = workbench(env);
  bench.write('flow.json', workflow);
  return bench;
}

const SAYS = {
  nodes: [{ id: 'say', type: 'echo', params: { message: HOSTILE } }],
  outputs: { said: { source: '${say.echo}' } },
};

describe('a terminal', () => {
  test.each(['', '-p', '--output-format json'])('gets a result as text: %s', async (flags) => {
    const screen = await shown(benchWith(SAYS), `flow.json ${flags}`);
    expect(screen).toContain(
      flags === '--output-format json' ? 'owned' : 'a\\u{1b}]0;owned\\u{07}\\u{1b}[2J',
    );
  });

  test('gets an error of a node as text', async () => {
    const command = `printf '%s' "$WORDS" >&2; exit 1`;
    const bench = benchWith({ nodes: [{ id: 'fail', type: 'shell', params: { command } }] });
    for (const flags of ['', '--verbose', '--output-format json']) {
      expect(await shown(bench, `flow.json ${flags}`, { WORDS: HOSTILE })).toContain('owned');
    }
  });

  test('gets an answer of a model, and a warning over it, as text', async () => {
    const provider = await testProvider({ rules: [{ then: { do: 'answer', text: HOSTILE } }] });
    const bench = benchWith({
      nodes: [
        { id: 'ask', type: 'llm', params: { model: 'openai/gpt-4o-mini', prompt: 'x' } },
        {
          id: 'fail',
          type: 'shell',
          params: { command: `printf '%s' "$SAID" >&2; exit 1`, env: { SAID: '${ask.response}' } },
        },
        { id: 'else', type: 'echo', params: { message: '${ask.response}' } },
      ],
      edges: [
        { from: 'ask', to: 'fail' },
        { from: 'fail', to: 'else', action: 'error' },
      ],
      outputs: { said: { source: '${else.echo}' } },
    });
    const screen = await shown(bench, 'flow.json', provider.env);
    expect(screen.match(/owned/gu)?.length).toBeGreaterThanOrEqual(2);
  });

  test('gets the name of a workflow as one line of text', async () => {
    const bench = benchWith({ ...SAYS, name: `${HOSTILE}\n  ✓ forged   0.01 s` });
    expect(await shown(bench, 'flow.json')).not.toMatch(/^ {2}✓ forged/mu);
  });

  test('gets names of files and words of the command line as text', async () => {
    const bench = workbench();
    const words = `"$(printf 'none\\033]0;owned\\007\\033[2J')"`;
    for (const args of [
      words,
      `run ${words}`,
      `verify ${words}`,
      `replay ${words} --project cost`,
      `spend ${words}`,
      `prices ${words}`,
    ]) {
      expect(await shown(bench, args)).toContain('none\\u{1b}]0;owned');
    }
  });

  test('gets what stands in a log as text, whatever it is shown as', async () => {
    const bench = workbench();
    const run = `r${HOSTILE}`;
    const stamp = { run, at: '2026-11-22T09:30:00.123Z', ms: 0 };
    const place = { phase: 'workflow', node: HOSTILE };
    const lines = [
      {
        type: 'run.started',
        seq: 0,
        ...stamp,
        data: {
          format: 1,
          pflow: HOSTILE,
          node_version: HOSTILE,
          level: 'trace',
          workflow: { name: HOSTILE, hash: HOSTILE },
          source: 'file',
        },
      },
      {
        type: 'node.completed',
        seq: 1,
        ...stamp,
        ...place,
        data: { node_type: HOSTILE, action: HOSTILE, duration_ms: 1 },
      },
      {
        type: 'llm.completed',
        seq: 2,
        ...stamp,
        ...place,
        data: { call: 1, provider: HOSTILE, model: HOSTILE, usage: { input_tokens: 1 }, duration_ms: 1 },
      },
      { type: 'warning.raised', seq: 3, ...stamp, ...place, data: { code: HOSTILE, message: HOSTILE } },
      { type: `future.${HOSTILE}`, seq: 4, ...stamp, data: {} },
      { type: 'llm.completed', seq: 6, ...stamp, ...place, data: { call: 'one' } },
    ];
    const sound = lines.slice(0, 5).map((line) => `${JSON.stringify(line)}\n`);
    writeFileSync(bench.path('log.ndjson'), sound.join(''));
    writeFileSync(bench.path('bad.ndjson'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    for (const projection of ['metrics', 'cost', 'steps', 'warnings', 'trace', 'partners']) {
      expect(await shown(bench, `replay log.ndjson --project ${projection} --format table`)).toContain(
        'owned',
      );
    }
    for (const args of [
      'verify log.ndjson',
      'verify bad.ndjson',
      'verify bad.ndjson --json',
      'spend log.ndjson --by model',
    ]) {
      expect(await shown(bench, args)).toContain('owned');
    }
  });
});

describe('colour', () => {
  test('is ours alone: what a stranger says brings none', async () => {
    const bench = benchWith(SAYS);
    const screen = await runOnTerminal(bench.folder, 'flow.json -p');
    expect(screen).not.toContain('\u001b');
    expect(screen).toContain('\uf8e0\uf8e1\uf8e2\uf8e6c');
  });
});

describe('a pipe', () => {
  test.each([
    [['-p'], HOSTILE],
    [[], `${HOSTILE}\n`],
  ])('gets the bytes of a result: %j', async (flags, bytes) => {
    expect((await benchWith(SAYS).run(['flow.json', ...flags])).stdout).toBe(bytes);
  });

  test('gets them in the JSON document too', async () => {
    const { stdout } = await benchWith(SAYS).run(['flow.json', '--output-format', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({ result: { said: HOSTILE } });
  });

  test('of stderr gets text', async () => {
    const bench = benchWith({
      nodes: [{ id: 'fail', type: 'shell', params: { command: `printf '%s' "$WORDS" >&2; exit 1` } }],
    });
    const { stderr } = await bench.run(['flow.json'], { env: { WORDS: HOSTILE } });
    expect(stderr).toContain('owned');
    expect(stderr).not.toMatch(STEERS);
  });
});

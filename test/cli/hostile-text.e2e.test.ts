// Invariant: text from a node, a model, a file or a log reaches a terminal as visible text only; a pipe gets every
// byte of a result unchanged.
import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { runOnTerminal } from '../support/run-on-terminal.ts';
import { testProvider, workbench, type Workbench } from '../support/workbench.ts';

/** Text that attacks a terminal: title, clipboard, screen, C1, backspaces, right to left, pflow's own colour marks. */
const HOSTILE =
  'a\u001b]0;owned\u0007\u001b[2J\u001b]52;c;b3duZWQ=\u0007\u009b31m\u0008\u0008\u202eb\r\uf8e0\uf8e1\uf8e2\uf8e6c\u007f';
const CONTROL_CHARACTERS = /(?![\n\t])[\p{Cc}\p{Bidi_Control}]/u;

/** Runs on a terminal without colour and expects no control characters on the screen. */
async function safeScreen(
  bench: Workbench,
  args: string,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const screen = await runOnTerminal(bench.folder, args, { NO_COLOR: '1', ...env });
  expect(JSON.stringify(CONTROL_CHARACTERS.exec(screen))).toBe('null');
  return screen;
}

function benchWith(workflow: object, env: Readonly<Record<string, string>> = {}): Workbench {
  const bench = workbench(env);
  bench.write('flow.json', workflow);
  return bench;
}

const PRINTS = {
  nodes: [{ id: 'print', type: 'echo', params: { message: HOSTILE } }],
  outputs: { text: { source: '${print.echo}' } },
};

describe('a terminal gets', () => {
  test.each(['', '-p', '--output-format json'])('a result as text: %s', async (flags) => {
    const screen = await safeScreen(benchWith(PRINTS), `flow.json ${flags}`);
    expect(screen).toContain(
      flags === '--output-format json' ? 'owned' : 'a\\u{1b}]0;owned\\u{07}\\u{1b}[2J',
    );
  });

  test('an error of a node as text', async () => {
    const command = `printf '%s' "$WORDS" >&2; exit 1`;
    const bench = benchWith({ nodes: [{ id: 'fail', type: 'shell', params: { command } }] });
    for (const flags of ['', '--verbose', '--output-format json']) {
      expect(await safeScreen(bench, `flow.json ${flags}`, { WORDS: HOSTILE })).toContain('owned');
    }
  });

  test('an answer of a model, and a warning that quotes it, as text', async () => {
    const provider = await testProvider({ rules: [{ then: { do: 'answer', text: HOSTILE } }] });
    const bench = benchWith({
      nodes: [
        { id: 'ask', type: 'llm', params: { model: 'openai/gpt-4o-mini', prompt: 'x' } },
        {
          id: 'fail',
          type: 'shell',
          params: { command: `printf '%s' "$ANSWER" >&2; exit 1`, env: { ANSWER: '${ask.response}' } },
        },
        { id: 'else', type: 'echo', params: { message: '${ask.response}' } },
      ],
      edges: [
        { from: 'ask', to: 'fail' },
        { from: 'fail', to: 'else', action: 'error' },
      ],
      outputs: { text: { source: '${else.echo}' } },
    });
    const screen = await safeScreen(bench, 'flow.json', provider.env);
    expect(screen.match(/owned/gu)?.length).toBeGreaterThanOrEqual(2);
  });

  test('the name of a workflow as one line of text', async () => {
    const bench = benchWith({ ...PRINTS, name: `${HOSTILE}\n  ✓ forged   0.01 s` });
    expect(await safeScreen(bench, 'flow.json')).not.toMatch(/^ {2}✓ forged/mu);
  });

  test('file names and arguments as text', async () => {
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
      expect(await safeScreen(bench, args)).toContain('none\\u{1b}]0;owned');
    }
  });

  test('the contents of a log as text, in every projection and command', async () => {
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
    const valid = lines.slice(0, 5).map((line) => `${JSON.stringify(line)}\n`);
    writeFileSync(bench.path('log.ndjson'), valid.join(''));
    writeFileSync(bench.path('bad.ndjson'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    for (const projection of ['metrics', 'cost', 'steps', 'warnings', 'trace', 'partners']) {
      expect(await safeScreen(bench, `replay log.ndjson --project ${projection} --format table`)).toContain(
        'owned',
      );
    }
    for (const args of [
      'verify log.ndjson',
      'verify bad.ndjson',
      'verify bad.ndjson --json',
      'spend log.ndjson --by model',
    ]) {
      expect(await safeScreen(bench, args)).toContain('owned');
    }
  });
});

describe('colour', () => {
  test('comes from pflow only: marks in untrusted text have no effect', async () => {
    const bench = benchWith(PRINTS);
    const screen = await runOnTerminal(bench.folder, 'flow.json -p');
    expect(screen).not.toContain('\u001b');
    expect(screen).toContain('\uf8e0\uf8e1\uf8e2\uf8e6c');
  });
});

describe('a pipe gets', () => {
  test.each([
    [['-p'], HOSTILE],
    [[], `${HOSTILE}\n`],
  ])('the bytes of a result unchanged: %j', async (flags, bytes) => {
    expect((await benchWith(PRINTS).run(['flow.json', ...flags])).stdout).toBe(bytes);
  });

  test('the bytes of a result unchanged in the JSON document', async () => {
    const { stdout } = await benchWith(PRINTS).run(['flow.json', '--output-format', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({ result: { text: HOSTILE } });
  });

  test('stderr as text', async () => {
    const bench = benchWith({
      nodes: [{ id: 'fail', type: 'shell', params: { command: `printf '%s' "$WORDS" >&2; exit 1` } }],
    });
    const { stderr } = await bench.run(['flow.json'], { env: { WORDS: HOSTILE } });
    expect(stderr).toContain('owned');
    expect(stderr).not.toMatch(CONTROL_CHARACTERS);
  });
});

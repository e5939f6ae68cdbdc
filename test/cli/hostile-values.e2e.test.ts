// Invariant: a run passes on any value unchanged, its log replays to the same value, and neither crashes.
import { closeSync, openSync, readdirSync, readFileSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import {
  documentOf,
  testProvider,
  expectReplayError,
  expectTextError,
  workbench,
  type Workbench,
} from '../support/workbench.ts';

/** Passes the input `x` through two nodes. */
const PASSES_ON = {
  inputs: { x: {} },
  nodes: [
    { id: 'a', type: 'echo', params: { data: '${x}' } },
    { id: 'b', type: 'echo', params: { data: '${a.data}' } },
  ],
  outputs: { o: { source: '${b.data}' } },
};

/** Returns the JSON text of the value `x` after a run. The log of that run must hold the same. */
async function passThrough(bench: Workbench, x: string): Promise<readonly [string, string]> {
  bench.write('flow.json', PASSES_ON);
  const run = await bench.run(['flow.json', `x=${x}`, '--log', 'run.ndjson', '-p']);
  expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' });
  expect((await bench.run(['verify', '--complete', '--full', 'run.ndjson'])).code).toBe(0);
  const replayed = await bench.run(['replay', 'run.ndjson', '--project', 'store']);
  const { store } = JSON.parse(replayed.stdout) as { store: { b: { data: unknown } } };
  return [run.stdout, JSON.stringify(store.b.data)];
}

describe('a value', () => {
  test('with special keys, characters and numbers is passed on and logged unchanged', async () => {
    const x = [
      '{"__proto__":{"admin":true},"constructor":{"prototype":{"x":1}},"toString":"x"}',
      '["\\u2028\\u2029","\\u0000","\\u001b[2J","\\ud800","a\\udfffb"]',
      '{"type":"run.completed","seq":1,"crc":"00000000"}',
      '[1e308,5e-324,9007199254740991,-1e-7,0.1]',
      '[{},[],"",null,{"":""}]',
    ];
    const expected = JSON.stringify(JSON.parse(`[${x.join()}]`));
    expect(await passThrough(workbench(), `[${x.join()}]`)).toEqual([expected, expected]);
  });

  test('of 1e400 is refused, since JSON and the log have no form for it', async () => {
    const bench = workbench();
    bench.write('flow.json', PASSES_ON);
    expectTextError(await bench.run(['flow.json', 'x={"n":1e400}', '-p']), 2, 'INPUT_INVALID');
  });

  test('of an integer with 25 digits is a number in the result and a text of digits in the log', async () => {
    const passed = await passThrough(workbench(), '{"n":1234567890123456789012345}');
    expect(passed).toEqual(['{"n":1234567890123456789012345}', '{"n":"1234567890123456789012345"}']);
  });

  test('with 10,000 levels is complete in the result and marked as cut in the log', async () => {
    const deep = '['.repeat(10_000) + ']'.repeat(10_000);
    const [result, logged] = await passThrough(workbench(), deep);
    expect(result).toBe(deep);
    expect(logged).toMatch(/^\[{190,200}"<nested deeper than 200 levels>"\]{190,200}$/u);
  });

  test('of 30 MB is complete in the result; the log holds its beginning and its length', async () => {
    const bench = workbench();
    const command = "head -c 30000000 /dev/zero | tr '\\0' x";
    bench.write('flow.json', { nodes: [{ id: 'big', type: 'shell', params: { command } }] });
    const { stdout } = await bench.run(['flow.json', '--log', 'run.ndjson', '-p']);
    expect(stdout.length).toBe(30_000_000);
    expect(statSync(bench.path('run.ndjson')).size).toBeLessThan(4_000_000);
    expect(readFileSync(bench.path('run.ndjson'), 'utf8')).toContain('xx <cut: 30000000 bytes>');
    expect((await bench.run(['verify', '--complete', '--full', 'run.ndjson'])).code).toBe(0);
  });
});

describe('a line of 100 MB in a log', () => {
  const fixture = readFileSync(new URL('../../fixtures/logs/v1/summarise-file.ndjson', import.meta.url));
  const LONG = Buffer.alloc(100_000_000, 0x20);

  test('is reported from a file, a packed file and a pipe, and the lines after it are read', async () => {
    const bench = workbench();
    const file = openSync(bench.path('long.ndjson'), 'w');
    for (const part of [LONG, Buffer.from('\n'), fixture]) writeSync(file, part);
    closeSync(file);
    const bytes = Buffer.concat([LONG, Buffer.from('\n'), fixture]);
    writeFileSync(bench.path('long.ndjson.gz'), gzipSync(bytes, { level: 1 }));
    const finding = 'line 1 (byte 0): the line has 100000000 bytes, more than 67108864';
    for (const log of ['long.ndjson', 'long.ndjson.gz']) {
      expectReplayError(await bench.run(['replay', log, '--project', 'metrics']), 1, 'LOG_CORRUPT');
    }
    const piped = await bench.run(['verify', '-'], { stdin: gzipSync(bytes, { level: 1 }) });
    for (const run of [await bench.run(['verify', 'long.ndjson']), piped]) {
      expect(run.code).toBe(1);
      expect(run.stdout).toMatch(/^damaged +1 run +18 events/u);
      expect(run.stdout).toContain(finding);
    }
  });
});

describe('an answer of a model', () => {
  const TEMPLATES =
    '${key} ${ask.response} $${key} ${missing} ${a ?? "b"} {{key}} <redacted:key> "; rm -rf / #\n${ask["llm_usage"]}';

  test('is never resolved as a template, wherever it is used', async () => {
    const provider = await testProvider({ rules: [{ then: { do: 'answer', text: TEMPLATES } }] });
    const bench = workbench(provider.env);
    bench.write('flow.json', {
      inputs: { key: { type: 'string', secret: true } },
      nodes: [
        { id: 'ask', type: 'llm', params: { model: 'openai/gpt-4o-mini', prompt: 'x' } },
        { id: 'again', type: 'llm', params: { model: 'openai/gpt-4o-mini', prompt: 'Say: ${ask.response}' } },
        { id: 'pass', type: 'shell', params: { command: 'cat', stdin: '${again.response}' } },
        { id: 'save', type: 'write-file', params: { file_path: 'answer', content: '${pass.stdout}' } },
        { id: 'use', type: 'shell', params: { command: 'test -n "$KEY"', env: { KEY: '${key}' } } },
      ],
      outputs: { text: { source: '${pass.stdout}' } },
    });
    const run = await bench.run([
      'flow.json',
      'key=open-sesame-2026',
      '--log',
      'run.ndjson',
      '--output-format',
      'json',
    ]);
    expect(documentOf(run).result).toEqual({ text: TEMPLATES });
    expect(readFileSync(bench.path('answer'), 'utf8')).toBe(TEMPLATES);
    expect(provider.requests.map(({ parsed }) => parsed.prompt)).toEqual(['x', `Say: ${TEMPLATES}`]);
    for (const text of [run.stdout, run.stderr, readFileSync(bench.path('run.ndjson'), 'utf8')]) {
      expect(text).not.toContain('open-sesame-2026');
    }
  });
});

test('a workflow name that looks like a path makes no file elsewhere', async () => {
  const bench = workbench();
  bench.write('in/flow.json', { ...PASSES_ON, name: '../../../evil\0/../x' });
  const args = ['in/flow.json', 'x=1', '--log', 'logs/', '--trace', '--output-format', 'json'];
  const run = await bench.run(args);
  expect(run.code).toBe(0);
  const files = readdirSync(bench.folder, { recursive: true, encoding: 'utf8' }).sort();
  expect(files).toEqual([
    '.pflow',
    '.pflow/debug',
    expect.stringMatching(/^\.pflow\/debug\/pflow-trace-workflow-\d{8}-\d{6}\.json$/u),
    'in',
    'in/flow.json',
    'logs',
    expect.stringMatching(/^logs\/\d{8}-\d{6}-[0-9a-f-]{36}\.ndjson$/u),
  ]);
  expectTextError(await bench.run(['../in/flow', 'x=1']), 2, 'FILE_NOT_FOUND');
});

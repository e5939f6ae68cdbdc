// Invariant: logs of the kinds that have been read, named or replaced wrongly come back right, whichever command.
import { linkSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { workbench, type Workbench } from '../support/workbench.ts';

const RUN = '0199f3a0-1c2d-7e3f-8a4b-5c6d7e8f9a0b';
const AT = '2026-11-01T00:30:00.000Z';

interface Made {
  readonly run?: string;
  readonly node?: string;
  readonly name?: string;
  readonly at?: string;
}

/** Lines of a log of one run, with one call that costs $3. */
function lines({ run = RUN, node = 'q', name = 'w', at = AT }: Made = {}): readonly string[] {
  const place = { phase: 'workflow', node };
  const workflow = { name, hash: 'h' };
  const usage = { input_tokens: 1_000_000, output_tokens: 0 };
  const model = { provider: 'anthropic', model: 'anthropic/claude-sonnet-4-0' };
  const ended = { status: 'success', duration_ms: 1 };
  const started = { format: 1, pflow: 'x', node_version: 'v20', level: 'metrics', workflow, source: 'file' };
  const events: readonly (readonly [string, object, object?])[] = [
    ['run.started', started],
    ['workflow.started', { ...workflow, nodes: [node] }],
    ['node.started', { node_type: 'llm' }, place],
    ['llm.completed', { call: 1, ...model, usage, duration_ms: 1 }, place],
    ['node.completed', { node_type: 'llm', action: 'default', duration_ms: 1 }, place],
    ['workflow.completed', ended],
    ['run.completed', { ...ended, events: 6 }],
  ];
  return events.map(([type, data, where], seq) =>
    JSON.stringify({ type, seq, run, at, ms: seq, ...where, data }),
  );
}

/** With the right checksum for each line, as our writer adds it. */
function withChecksums(all: readonly string[]): string {
  return all
    .map((line) => {
      const start = line.slice(0, -1);
      return `${start},"crc":"${crc32(start).toString(16).padStart(8, '0')}"}\n`;
    })
    .join('');
}

describe('a key that is there twice has one verdict, with right checksums too', () => {
  it.each<[string, number, (line: string) => string]>([
    ['the number of the event', 2, (line) => line.replace('"seq":2', '"seq":2,"seq":2')],
    ['the run', 2, (line) => line.replace('"run":', '"run":"x","run":')],
    ['the type', 2, (line) => line.replace('{"type":', '{"type":"llm.completed","type":')],
    ['the content', 2, (line) => line.replace('"data":', '"data":{},"data":')],
    [
      'an escaped key',
      3,
      (line) => line.replace('"output_tokens":0', '"output_tokens":0,"input\\u005ftokens":5'),
    ],
    [
      'a count of the usage',
      3,
      (line) => line.replace('"output_tokens":0', '"output_tokens":0,"output_tokens":5'),
    ],
    ['the model', 3, (line) => line.replace('"model":', '"model":"openai/gpt-4o","model":')],
    ['__proto__', 3, (line) => line.replace('"call":1', '"call":1,"__proto__":1,"__proto__":2')],
    ['a key deep inside', 3, (line) => line.replace('"call":1', '"call":1,"raw":{"a":[{"b":1,"b":2}]}')],
    ['the end', 6, (line) => line.replace('"status":', '"status":"failed","status":')],
  ])('%s', async (_what, seq, change) => {
    const bench = workbench();
    const text = withChecksums(lines().map((line, index) => (index === seq ? change(line) : line)));
    const path = bench.write('twice.ndjson', text);
    const ended = [await bench.run(['verify', path]), await bench.run(['verify', '-'], { stdin: text })];
    for (const { code, stdout } of ended) {
      expect(code).toBe(1);
      expect(stdout).toContain('1 log, 1 run, 6 events: damaged');
      expect(stdout).toContain('is there twice');
    }
  });
});

describe('names are only names', () => {
  const named = ['toString', 'hasOwnProperty', 'valueOf', '-1', 'null', 'last', '../x', 'a b', 'é'];
  it.each(named)('of a run: %s', async (run) => {
    const bench = workbench();
    const path = bench.write('run.ndjson', withChecksums(lines({ run })));
    const one = await bench.run(['replay', path, '--run', run, '--project', 'summary']);
    expect(JSON.parse(one.stdout)).toMatchObject({ run, cost_usd: 3 });
    expect((await bench.run(['verify', path])).code).toBe(0);
    expect(JSON.parse((await bench.run(['spend', path, '--json'])).stdout)).toMatchObject({ runs: 1 });
  });

  it.each(['constructor', '__proto__', 'hasOwnProperty'])('of a node and a workflow: %s', async (node) => {
    const bench = workbench();
    const path = bench.write('run.ndjson', withChecksums(lines({ node, name: node })));
    const { stdout } = await bench.run(['replay', path, '--project', 'steps,cost']);
    const document = JSON.parse(stdout) as { readonly steps: unknown; readonly cost: unknown };
    expect(document.steps).toEqual([expect.objectContaining({ node_id: node, status: 'completed' })]);
    expect(document.cost).toMatchObject({ total_cost_usd: '3' });
    const spent = await bench.run(['spend', path, '--by', 'workflow', '--json']);
    expect(JSON.parse(spent.stdout)).toMatchObject({ total_cost_usd: '3' });
  });
});

describe('an `at` that is not a moment is found', () => {
  it.each([
    '2026-13-01T00:00:00.000Z',
    '2025-02-29T00:00:00.000Z',
    '2026-11-01T24:00:01.000Z',
    '2026-11-01T00:60:00.000Z',
    '2026-11-01T00:30:00.000+02:00',
    '2026-11-01 00:30:00.000Z',
    '1760000000000',
    '2026-11-01',
    'yesterday',
  ])('%s', async (at) => {
    const bench = workbench();
    const { code, stdout } = await bench.run([
      'verify',
      bench.write('run.ndjson', withChecksums(lines({ at }))),
    ]);
    expect([code, stdout]).toEqual([1, expect.stringContaining(`is not a moment in UTC: "${at}"`)]);
  });

  it.each(['otlp', 'chrome', 'speedscope', 'openmetrics', 'csv', 'parquet'])(
    'and does not fail an export to %s',
    async (name) => {
      const bench = workbench();
      const log = bench.write('run.ndjson', withChecksums(lines({ at: 'yesterday' })));
      const out = bench.path('exported');
      const { code, stderr } = await bench.run(['export', '--to', name, log, '-o', out]);
      expect([code, stderr]).toEqual([0, expect.not.stringMatching(/NaN|RangeError|INTERNAL/u)]);
    },
  );

  it.each(['yesterday', '../../../e'])('and names no folder: %s', async (at) => {
    const bench = workbench();
    const log = bench.write('run.ndjson', withChecksums(lines({ at })));
    const { code } = await bench.run(['export', '--to', 'parquet', log, '-o', bench.path('tables')]);
    expect([code, readdirSync(bench.path('tables/calls'))]).toEqual([0, ['day=1970-01-01']]);
  });

  it('and a leap day is one', async () => {
    const bench = workbench();
    const path = bench.write('run.ndjson', withChecksums(lines({ at: '2024-02-29T00:00:00.000Z' })));
    expect((await bench.run(['verify', path])).code).toBe(0);
  });
});

describe('a log is never replaced', () => {
  const text = withChecksums(lines());
  const ways: readonly [string, (bench: Workbench) => string][] = [
    ['another spelling of its path', () => './folder/../run.ndjson'],
    [
      'a link to a link',
      (bench) => {
        symlinkSync('run.ndjson', bench.path('one'));
        symlinkSync('one', bench.path('two'));
        return 'two';
      },
    ],
    [
      'a link from another folder',
      (bench) => {
        symlinkSync(bench.path('run.ndjson'), bench.path('folder/link'));
        return 'folder/link';
      },
    ],
    [
      'another name in another folder',
      (bench) => {
        linkSync(bench.path('run.ndjson'), bench.path('folder/hard'));
        return 'folder/hard';
      },
    ],
  ];
  const commands: readonly (readonly string[])[] = [
    ['replay', 'run.ndjson', '--project', 'cost', '--output'],
    ['report', 'run.ndjson', '--output'],
    ['export', '--to', 'otlp', 'run.ndjson', '--output'],
  ];
  it.each(ways)('by %s', async (_what, outputFor) => {
    const bench = workbench();
    mkdirSync(bench.path('folder'));
    bench.write('run.ndjson', text);
    const output = outputFor(bench);
    for (const command of commands) {
      const { code, stderr } = await bench.run([...command, output]);
      expect([code, stderr]).toEqual([1, expect.stringContaining('is a log, and a log is never replaced')]);
    }
    expect(readFileSync(bench.path('run.ndjson'), 'utf8')).toBe(text);
  });

  it.each<[string, readonly string[], string]>([
    ['a folder in its place', ['export', '--to', 'otlp', 'run.ndjson', '-o', 'folder'], 'it is a folder'],
    ['a folder in the place of a page', ['report', 'run.ndjson', '-o', 'folder/page'], 'it is a folder'],
    ['no folder', ['export', '--to', 'chrome', 'run.ndjson', '-o', 'no/x'], 'its folder does not exist'],
    [
      'a file for a folder',
      ['export', '--to', 'csv', 'run.ndjson', '-o', 'run.ndjson'],
      'a file is in the place of the folder',
    ],
    [
      'a file on the way',
      ['export', '--to', 'csv', 'run.ndjson', '-o', 'run.ndjson/x'],
      'a part of its path is a file',
    ],
    ['no name', ['replay', 'run.ndjson', '--project', 'cost', '--output', ''], 'the path is empty'],
  ])('and an output with %s is FILE_UNWRITABLE', async (_what, command, reason) => {
    const bench = workbench();
    mkdirSync(bench.path('folder/page'), { recursive: true });
    bench.write('run.ndjson', text);
    const { code, stderr } = await bench.run(command);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(`^error FILE_UNWRITABLE: .* cannot be written: ${reason}`),
    ]);
    expect(readFileSync(bench.path('run.ndjson'), 'utf8')).toBe(text);
  });
});

describe('the output of -o is checked before the run', () => {
  it.each(['__proto__', 'constructor', 'n.nope', 'N.stdout', ''])('%j', async (key) => {
    const bench = workbench();
    bench.write('flow.json', { nodes: [{ id: 'n', type: 'shell', params: { command: 'touch ran' } }] });
    const { code, stderr } = await bench.run(['flow.json', '-o', key]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`there is no output "${key}"`)]);
    expect(() => readFileSync(bench.path('ran'))).toThrow('ENOENT');
  });
});

describe('an edge that cannot be taken, and what it leads to, are reported', () => {
  const echo = { id: 'b', type: 'echo', params: { message: 'b' } };
  it.each<[string, object, string, string]>([
    [
      'of a switch',
      { type: 'switch', params: { value: 'x', cases: { x: 'yes' } } },
      'Yes',
      'did you mean "yes"?',
    ],
    [
      'of an exit code',
      { type: 'shell', params: { command: 'exit 3', actions: { '3': 'none' } } },
      'nome',
      'never "nome"',
    ],
    [
      'of next()',
      { type: 'code', params: { code: 'return next("x")', actions: ['x'] } },
      'constructor',
      'never "constructor"',
    ],
    ['of an echo', { type: 'echo', params: { message: 'a' } }, '__proto__', 'never "__proto__"'],
  ])('%s', async (_what, node, action, message) => {
    const bench = workbench();
    bench.write('flow.json', {
      nodes: [{ id: 'a', ...node }, echo],
      edges: [{ from: 'a', to: 'b', action }],
    });
    const { code, stderr } = await bench.run(['validate', 'flow.json']);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(stderr).toContain('"b" is never reached from "a"');
  });
});

// Checks what the commands do with logs that another program wrote or changed: repeated keys, times that are no
// moment, runs out of order, and logs that are named as an output.
import { linkSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { workbench } from '../support/workbench.ts';

const RUN = '0199f3a0-1c2d-7e3f-8a4b-5c6d7e8f9a0b';

interface Made {
  readonly run?: string;
  readonly at?: string;
  /** JSON of the tokens of its only call. */
  readonly usage?: string;
}

/** A log of one run with one call, which costs $3 by default. */
function log({ run = RUN, at = '2026-11-01T00:30:00.000Z', usage }: Made = {}): string {
  const line = (type: string, seq: number, data: string, node = ''): string =>
    `{"type":"${type}","seq":${String(seq)},"run":"${run}","at":"${at}","ms":${String(seq)}${node},"data":${data}}\n`;
  const place = ',"phase":"workflow","node":"q"';
  const tokens = usage ?? '{"input_tokens":1000000,"output_tokens":0}';
  return [
    line(
      'run.started',
      0,
      '{"format":1,"pflow":"x","node_version":"v20","level":"metrics","workflow":{"name":"w","hash":"h"},"source":"file"}',
    ),
    line('workflow.started', 1, '{"name":"w","hash":"h","nodes":["q"]}'),
    line('node.started', 2, '{"node_type":"llm"}', place),
    line(
      'llm.completed',
      3,
      `{"call":1,"provider":"anthropic","model":"anthropic/claude-sonnet-4-0","usage":${tokens},"duration_ms":1}`,
      place,
    ),
    line('node.completed', 4, '{"node_type":"llm","action":"default","duration_ms":1}', place),
    line('workflow.completed', 5, '{"status":"success","duration_ms":1}'),
    line('run.completed', 6, '{"status":"success","duration_ms":1,"events":6}'),
  ].join('');
}

/** Gives every line its checksum, as our writer does. */
function withChecksums(text: string): string {
  return text.replaceAll(/^(.*)\}$/gmu, (_line, start: string) => {
    const crc = crc32(start).toString(16).padStart(8, '0');
    return `${start},"crc":"${crc}"}`;
  });
}

const REPEATED = '{"input_tokens":1000,"input_tokens":2000,"output_tokens":0}';
const REPEATED_MESSAGE = 'the key "data.usage.input_tokens" is there twice: readers may see either value';

describe('verify', () => {
  it.each([
    ['without checksums', (text: string) => text],
    ['with right checksums', withChecksums],
  ])('finds a key that is there twice, in a file and in a pipe: %s', async (_what, form) => {
    const bench = workbench();
    const text = form(log({ usage: REPEATED }));
    const path = bench.write('twice.ndjson', text);
    for (const from of [[path], ['-']]) {
      const checked = await bench.run(['verify', '--full', '--json', ...from], { stdin: text });
      expect(checked.code).toBe(1);
      const [only] = (JSON.parse(checked.stdout) as { logs: { findings: unknown[] }[] }).logs;
      expect(only?.findings).toMatchObject([
        {
          code: 'key-repeated',
          line: 4,
          seq: 3,
          message: REPEATED_MESSAGE,
        },
      ]);
    }
  });

  it('finds an `at` that is not a moment', async () => {
    const bench = workbench();
    const checked = await bench.run([
      'verify',
      bench.write('undated.ndjson', log({ at: '2026-02-30T10:00:00.000Z' })),
    ]);
    expect([checked.code, checked.stdout]).toEqual([1, expect.stringContaining('2026-02-30T10:00:00.000Z')]);
  });
});

it.each([
  ['--since', '2026-01-01'],
  ['--until', '2026-12-31'],
])('spend %s names the amount without a readable date', async (...limit) => {
  const bench = workbench();
  const undated = bench.write('undated.ndjson', log({ at: '2026-02-30T10:00:00.000Z' }));
  const { stderr, stdout } = await bench.run(['spend', undated, ...limit, '--json']);
  expect(stderr).toContain('1 call without a readable date, ~$3, left out by --since and --until\n');
  expect(JSON.parse(stdout)).toMatchObject({ total_cost_usd: '0', undated: { calls: 1, cost_usd: '3' } });
  expect(JSON.parse((await bench.run(['spend', undated, '--json'])).stdout)).not.toHaveProperty('undated');
});

it('--run last is the run that began last, wherever its log is', async () => {
  const bench = workbench();
  const [early, late] = ['0199f3a0-1c2d-7e3f-8a4b-00000000000b', '0199f3a0-1c2d-7e3f-8a4b-00000000000a'];
  bench.write('logs/b.ndjson', log({ run: early, at: '2026-11-01T00:30:00.000Z' }));
  bench.write('logs/a.ndjson', log({ run: late, at: '2026-11-02T00:30:00.000Z' }));
  const { stdout } = await bench.run([
    'replay',
    `${bench.folder}/logs`,
    '--run',
    'last',
    '--project',
    'summary',
  ]);
  expect(JSON.parse(stdout)).toMatchObject({ run: late });
});

it.each(['constructor', '__proto__'])('a run called %s is a run as any other', async (name) => {
  const bench = workbench();
  const path = bench.write('run.ndjson', log({ run: name }));
  const cost = await bench.run(['replay', path, '--project', 'cost,steps']);
  const document = JSON.parse(cost.stdout) as Record<string, Record<string, unknown>>;
  expect(document['cost']).toMatchObject({ total_cost_usd: '3' });
  const one = await bench.run(['replay', path, '--run', name, '--project', 'summary']);
  expect(JSON.parse(one.stdout)).toMatchObject({ run: name, cost_usd: 3 });
  expect(JSON.parse((await bench.run(['spend', path, '--json'])).stdout)).toMatchObject({ runs: 1 });
  expect((await bench.run(['verify', path])).code).toBe(0);
});

describe('replay --output', () => {
  it.each([
    ['the log itself', (path: string) => path],
    ['a symbolic link to it', linked(symlinkSync)],
    ['another name of it', linked(linkSync)],
  ])('does not replace a log: %s', async (_what, outputFor) => {
    const bench = workbench();
    const path = bench.write('self.ndjson', log());
    const replayed = await bench.run(['replay', path, '--project', 'cost', '--output', outputFor(path)]);
    expect([replayed.code, readFileSync(path, 'utf8')]).toEqual([1, log()]);
    expect(replayed.stderr).toContain('is a log, and a log is never replaced');
  });

  it('replaces another file, and only its owner can read it', async () => {
    const bench = workbench();
    const path = bench.write('self.ndjson', log());
    const output = bench.write('cost.json', 'before');
    expect((await bench.run(['replay', path, '--project', 'cost', '--output', output])).code).toBe(0);
    expect(JSON.parse(readFileSync(output, 'utf8'))).toMatchObject({ total_cost_usd: '3' });
    expect(statSync(output).mode & 0o777).toBe(0o600);
  });

  it('writes to a device in place', async () => {
    const bench = workbench();
    const path = bench.write('self.ndjson', log());
    const replayed = await bench.run(['replay', path, '--project', 'cost', '--output', '/dev/null']);
    expect([replayed.code, replayed.stdout, statSync('/dev/null').isFile()]).toEqual([0, '', false]);
  });
});

function linked(link: (target: string, name: string) => void): (path: string) => string {
  return (path) => {
    link(path, `${path}.link`);
    return `${path}.link`;
  };
}

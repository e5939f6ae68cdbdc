// Exports hold what their readers require: ids, nesting, numbers, and no content unless it was requested.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { diffRuns } from '../../../src/cli/diff/diff-runs.ts';
import { exportRuns, type ExportOptions } from '../../../src/cli/export/export-runs.ts';
import { assignLanes } from '../../../src/cli/export/lanes.ts';
import { recordingTerminal } from '../../support/recording-terminal.ts';
import { buildRun } from '../../support/run-builder.ts';
import { bytesOf } from '../../log/log-bytes-of.ts';
import { writeNight, type Night } from './night.ts';

let night: Night;
const root = mkdtempSync(join(tmpdir(), 'pflow-export-'));

beforeAll(() => {
  night = writeNight(join(root, 'runs'));
});

afterAll(() => {
  rmSync(root, { recursive: true });
});

async function exported(runs: readonly string[], options: ExportOptions): Promise<string> {
  const terminal = recordingTerminal();
  await exportRuns(runs, () => [night.folder], options, terminal);
  return terminal.printed.out;
}

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly Attribute[];
}

interface Traces {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly Span[] }[] }[];
}

function spansIn(text: string): readonly Span[] {
  return (JSON.parse(text) as Traces).resourceSpans.flatMap(({ scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) => spans),
  );
}

test('spans of OTLP have ids, parents and times in order, and one root', async () => {
  const spans = spansIn(await exported([night.failed], { to: 'otlp' }));
  const ids = new Set(spans.map(({ spanId }) => spanId));
  expect(ids.size).toBe(spans.length);
  for (const span of spans) {
    expect(span.traceId).toMatch(/^[0-9a-f]{32}$/u);
    expect(span.spanId).toMatch(/^[0-9a-f]{16}$/u);
    expect(span.parentSpanId === undefined || ids.has(span.parentSpanId)).toBe(true);
    expect(BigInt(span.endTimeUnixNano) >= BigInt(span.startTimeUnixNano)).toBe(true);
  }
  expect(spans.filter(({ parentSpanId }) => parentSpanId === undefined).map(({ name }) => name)).toEqual([
    'run import',
  ]);
});

test('spans that did not fail have no status: receivers refuse one without a code', async () => {
  const spans = spansIn(await exported([night.failed], { to: 'otlp' })) as readonly (Span & {
    readonly status?: unknown;
  })[];
  const statuses = new Set(spans.map(({ status }) => JSON.stringify(status)));
  expect(statuses).toEqual(new Set([undefined, '{"code":2}']));
});

test('cost and tokens are on calls alone, and content only where it is requested', async () => {
  const plain = await exported([night.failed], { to: 'otlp' });
  const priced = spansIn(plain).filter(({ attributes }) =>
    attributes.some(({ key }) => key === 'gen_ai.usage.cost'),
  );
  expect(priced.map(({ name, kind }) => [name, kind])).toEqual([['chat claude-sonnet-4-0', 3]]);
  expect(priced[0]?.attributes).toContainEqual({
    key: 'gen_ai.usage.input_tokens',
    value: { intValue: '1000' },
  });
  expect(plain).not.toContain('because');
  expect(plain).not.toContain('database is down');
  expect(await exported([night.failed], { to: 'otlp', content: true })).toContain('because');
});

test('lanes of the Chrome trace never overlap, and speedscope closes what it opens', async () => {
  const overlapping = [
    { id: 'a', parent: null, start_ms: 0, end_ms: 10 },
    { id: 'b', parent: 'a', start_ms: 1, end_ms: 6 },
    { id: 'c', parent: 'a', start_ms: 2, end_ms: 9 },
    { id: 'd', parent: 'c', start_ms: 3, end_ms: 4 },
    { id: 'e', parent: 'a', start_ms: 7, end_ms: 8 },
  ].map((span) => ({ ...span, kind: 'node' as const, name: span.id, status: 'completed' as const }));
  expect(assignLanes(overlapping, 10).map(({ span, lane }) => [span.id, lane])).toEqual([
    ['a', 0],
    ['b', 0],
    ['c', 1],
    ['d', 1],
    ['e', 0],
  ]);
  const trace = JSON.parse(await exported([night.failed], { to: 'chrome' })) as {
    readonly traceEvents: readonly { readonly ph: string; readonly dur?: number }[];
  };
  expect(trace.traceEvents.every(({ ph, dur = 0 }) => ['M', 'X'].includes(ph) && dur >= 0)).toBe(true);
  const scope = JSON.parse(await exported([night.failed], { to: 'speedscope' })) as {
    readonly profiles: readonly { readonly events: readonly { type: string; frame: number; at: number }[] }[];
  };
  for (const { events } of scope.profiles) {
    const open: number[] = [];
    let last = 0;
    for (const { type, frame, at } of events) {
      expect(at).toBeGreaterThanOrEqual(last);
      last = at;
      if (type === 'O') open.push(frame);
      else expect(open.pop()).toBe(frame);
    }
    expect(open).toEqual([]);
  }
});

test('metrics count every run once, and CSV has three tables', async () => {
  const metrics = await exported([], { to: 'openmetrics' });
  expect(metrics).toContain('pflow_runs_total{workflow="import",status="failed"} 1\n');
  expect(metrics.endsWith('# EOF\n')).toBe(true);
  const folder = join(root, 'tables');
  await exported([], { to: 'csv', output: folder });
  const rows = (name: string): number =>
    readFileSync(join(folder, `${name}.csv`), 'utf8').split('\r\n').length - 2;
  expect([rows('runs'), rows('calls')]).toEqual([39, 35]);
});

async function receiver(
  statuses: readonly number[],
): Promise<{ server: Server; bodies: string[]; url: string }> {
  const bodies: string[] = [];
  let requests = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const status = statuses[requests] ?? 200;
      requests += 1;
      if (status === 200) bodies.push(`${request.url ?? ''} ${gunzipSync(Buffer.concat(chunks)).toString()}`);
      response.writeHead(status, { 'retry-after-ms': '1' }).end(status === 200 ? '{}' : '');
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return { server, bodies, url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}` };
}

test('a busy receiver gets the spans again; one that refuses them is named', async () => {
  const busy = await receiver([429, 503]);
  await exported([night.failed], { to: 'otlp', endpoint: busy.url });
  busy.server.close();
  expect(busy.bodies.map((body) => body.split(' ')[0])).toEqual(['/v1/traces', '/v1/metrics']);
  const refusing = await receiver([400]);
  await expect(exported([night.failed], { to: 'otlp', endpoint: refusing.url })).rejects.toMatchObject({
    code: 'EXPORT_FAILED',
    message: `${refusing.url}/v1/traces did not take the export: it answered 400`,
  });
  refusing.server.close();
});

test('a comparison lists what differs and decides the exit code', async () => {
  const compare = async (a: string, b: string): Promise<[number, string]> => {
    const terminal = recordingTerminal();
    const code = await diffRuns([a, b], () => [night.folder], { exitCode: true }, terminal);
    return [code, terminal.printed.out];
  };
  expect((await compare(night.failed, night.failed))[0]).toBe(0);
  const [code, text] = await compare(night.failed, night.killed);
  expect(code).toBe(1);
  expect(text).toContain('another path');
  expect(text).toMatch(/status\n {2}- failed\n {2}\+ incomplete/u);
});

test('a comparison has the doubts about the cost of each run', async () => {
  const folder = mkdtempSync(join(root, 'doubted-'));
  const logWith = (name: string, total_tokens: number): string => {
    const run = buildRun()
      .started()
      .workflow(['ask'], (inside) =>
        inside.node('ask', { ms: 1 }, (node) =>
          node.call({ usage: { input_tokens: 100, output_tokens: 10, total_tokens } }),
        ),
      )
      .ended('success');
    const file = join(folder, name);
    writeFileSync(file, bytesOf(run.events));
    return file;
  };
  const terminal = recordingTerminal();
  const files = [logWith('right.ndjson', 110), logWith('wrong.ndjson', 999)] as const;
  await diffRuns(files, () => [folder], { json: true }, terminal);
  const { a, b } = JSON.parse(terminal.printed.out) as { a: object; b: object };
  expect(a).toMatchObject({ exact: true });
  expect(a).not.toHaveProperty('doubts');
  expect(b).toMatchObject({ exact: false, doubts: [{ code: 'TOTAL_MISMATCH', calls: 1 }] });
});

test.each(['otlp', 'chrome', 'speedscope'] as const)('a log without a run is refused for %s', async (to) => {
  const empty = join(root, `empty-${to}.ndjson`);
  writeFileSync(empty, '');
  await expect(exported([empty], { to })).rejects.toMatchObject({
    code: 'LOG_EMPTY',
    message: `${empty} has no run: it is empty, or cut off in its first line`,
  });
});

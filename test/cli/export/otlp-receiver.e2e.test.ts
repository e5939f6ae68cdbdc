// Sends runs to a receiver of OTLP by Elastic. It understands what our projections state.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RunRow } from '../../../projections/runs/schema.ts';
import type { TimelineSpan } from '../../../projections/timeline/schema.ts';
import { createSpanCollector, readExportedRuns } from '../../../src/cli/export/exported-run.ts';
import { CollectedLogs } from '../../../src/cli/export/collected-logs.ts';
import { exportRuns, type ExportOptions } from '../../../src/cli/export/export-runs.ts';
import { loadPricing } from '../../../src/home/prices/pricing.ts';
import { findLogs } from '../../../src/replay/find-logs.ts';
import { listRuns } from '../../../src/replay/list-runs.ts';
import { bytesOf } from '../../log/log-bytes-of.ts';
import { OtlpReceiver, type Attributes, type ReceivedSpan } from '../../support/otlp-receiver.ts';
import { recordingTerminal } from '../../support/recording-terminal.ts';
import { buildRun } from '../../support/run-builder.ts';
import { workbench } from '../../support/workbench.ts';
import { writeNight } from '../runs/night.ts';

const RECORDED = 'fixtures/logs/v1';
const root = mkdtempSync(join(tmpdir(), 'pflow-otlp-'));
const pricing = loadPricing({});
const receiver = new OtlpReceiver();

beforeAll(async () => {
  writeNight(join(root, 'runs'));
  writeFileSync(join(root, 'runs', 'calls.ndjson'), bytesOf(unusualCalls()));
  await receiver.start();
});

beforeEach(() => {
  receiver.reset();
});

afterEach(() => {
  // A receiver that took nothing would agree with everything.
  expect(receiver.requests).not.toEqual([]);
});

afterAll(async () => {
  await receiver.stop();
  rmSync(root, { recursive: true });
});

/** Has cached tokens, renamed providers, calls without usage or end. Times are below a millisecond. */
function unusualCalls(): ReturnType<typeof buildRun>['events'] {
  const usage = {
    input_tokens: 10,
    cache_read_input_tokens: 300,
    cache_creation_input_tokens: 7,
    output_tokens: 5,
  };
  return buildRun('0199f3a0-1c2d-7e3f-8a4b-0000000000ff')
    .started({ workflow: { name: 'wörk \u{1F600}', hash: 'f' }, tags: { team: '日本' } })
    .workflow(['ask', 'each'], (inside) =>
      inside
        .node('ask', { ms: 1.234 }, (node) =>
          node
            .retried(1, 'busy')
            .after(0.001)
            .call({ usage, prompt: 'why \u{1F600}?', response: { because: ['no'] }, duration_ms: 0.123 })
            .call({ model: 'google/gemini-2.5-flash', provider: 'google' })
            .call({ model: 'xai/nobody-knows', provider: 'xai', usage: { unmetered: true } as never }),
        )
        .node('each', { fails: 'item 1: no' }, (node) =>
          node
            .batch(2)
            .node('each', { item: 0 }, (item) => item.call({ sent: true, fails: 'overloaded' }))
            .node('each', { item: 1, fails: 'no', visit: 2 }, (item) =>
              item.call({ sent: true, prompt: 'x', hangs: true }),
            ),
        ),
    )
    .ended('failed').events;
}

interface ExpectedSpan {
  readonly run: string;
  readonly name: string;
  readonly kind: string;
  /** Index of the span around it, of the same run. */
  readonly parent: number;
  readonly start: bigint;
  readonly end: bigint;
  readonly hasFailed: boolean;
  readonly attributes: Attributes;
}

interface Run {
  readonly row: RunRow;
  readonly timeline: readonly TimelineSpan[];
}

/** Projects all runs of a folder. */
async function projected(folder: string): Promise<readonly Run[]> {
  const logs = new CollectedLogs(() => createSpanCollector({ pricing, withContent: false }));
  const { runs } = await listRuns(findLogs([folder]), pricing, undefined, (log) => logs.readerOf(log));
  return readExportedRuns(runs, logs);
}

const NAMES: Readonly<Record<string, string>> = { google: 'gcp.gemini', xai: 'x_ai' };

function expectedSpans({ row, timeline }: Run): readonly ExpectedSpan[] {
  const started = BigInt(Date.parse(row.started_at ?? '')) * 1_000_000n;
  const at = (ms: number): bigint => started + BigInt(Math.round(ms * 1e6));
  return timeline.map((span) => ({
    run: row.run.replaceAll('-', ''),
    name: nameOf(span),
    kind: span.kind === 'call' ? 'SPAN_KIND_CLIENT' : 'SPAN_KIND_INTERNAL',
    parent: timeline.findIndex(({ id }) => id === span.parent),
    start: at(span.start_ms),
    end: at(Math.max(span.start_ms, span.end_ms ?? row.duration_ms)),
    hasFailed: span.status === 'failed' || span.status === 'interrupted',
    attributes: { ...frameAttributes(span, row), ...callAttributes(span) },
  }));
}

function nameOf({ kind, name, model }: TimelineSpan): string {
  if (kind === 'run') return `run ${name}`;
  if (kind === 'workflow') return `invoke_workflow ${name}`;
  return kind === 'call' ? `chat ${model?.split('/')[1] ?? ''}` : name;
}

function frameAttributes(span: TimelineSpan, row: RunRow): Attributes {
  const { kind, name, node, visit, item, attempt, wait_ms, status } = span;
  const tags = Object.entries(row.tags ?? {}).map(([tag, value]) => [`pflow.tag.${tag}`, value]);
  return {
    'openinference.span.kind': kind === 'call' ? 'LLM' : 'CHAIN',
    'pflow.kind': kind,
    'pflow.run': row.run,
    ...(kind === 'run' ? { 'pflow.status': row.status, ...(Object.fromEntries(tags) as Attributes) } : {}),
    ...(kind === 'workflow'
      ? { 'gen_ai.operation.name': 'invoke_workflow', 'gen_ai.workflow.name': name }
      : {}),
    ...(node === undefined ? {} : { 'graph.node.id': node }),
    ...(visit === undefined ? {} : { 'pflow.visit': visit }),
    ...(item === undefined ? {} : { 'pflow.item': item }),
    ...(attempt === undefined ? {} : { 'pflow.attempt': attempt }),
    ...(wait_ms === undefined ? {} : { 'pflow.wait_ms': wait_ms }),
    ...(['failed', 'interrupted'].includes(status) ? { 'error.type': '_OTHER' } : {}),
  };
}

function callAttributes({ kind, model = '', tokens, cost_usd }: TimelineSpan): Attributes {
  if (kind !== 'call') return {};
  const [provider = '', name = ''] = model.split('/');
  const cost = typeof cost_usd === 'string' ? Number(cost_usd) : undefined;
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': NAMES[provider] ?? provider,
    'gen_ai.request.model': name,
    'llm.model_name': name,
    ...(tokens === undefined
      ? {}
      : {
          'gen_ai.usage.input_tokens': tokens.input,
          'gen_ai.usage.output_tokens': tokens.output,
          'llm.token_count.prompt': tokens.input,
          'llm.token_count.completion': tokens.output,
          'llm.token_count.total': tokens.input + tokens.output,
        }),
    ...(cost === undefined ? {} : { 'gen_ai.usage.cost': cost, 'llm.cost.total': cost }),
  };
}

/** Attributes of content, by which an export with content differs. */
const CONTENT = new Set(['input.value', 'output.value', 'gen_ai.input.messages', 'gen_ai.output.messages']);

/** The spans of each trace, in the order of their arrival: ids become indexes. */
function receivedSpans(): readonly ExpectedSpan[] {
  const ids = new Map<string, string[]>();
  for (const { traceId, spanId } of receiver.spans) ids.set(traceId, [...(ids.get(traceId) ?? []), spanId]);
  for (const list of ids.values()) expect(new Set(list).size).toBe(list.length);
  return receiver.spans.map((span) => ({
    run: span.traceId,
    name: span.name,
    kind: span.kind,
    parent: span.parentSpanId === undefined ? -1 : (ids.get(span.traceId) ?? []).indexOf(span.parentSpanId),
    start: BigInt(span.startTimeUnixNano),
    end: BigInt(span.endTimeUnixNano),
    hasFailed: hasFailed(span),
    attributes: Object.fromEntries(Object.entries(span.attributes).filter(([key]) => !CONTENT.has(key))),
  }));
}

function hasFailed({ status }: ReceivedSpan): boolean {
  expect([undefined, 'STATUS_CODE_ERROR']).toContain(status?.code);
  return status !== undefined;
}

interface ExpectedPoint {
  readonly metric: string;
  readonly attributes: Attributes;
  readonly values: readonly number[];
}

/** Sums of the calls of all runs, by the names of the metrics. */
function expectedPoints(runs: readonly Run[]): readonly ExpectedPoint[] {
  const points = new Map<string, { metric: string; attributes: Attributes; values: number[] }>();
  const add = (metric: string, attributes: Attributes, value: number): void => {
    const key = JSON.stringify([metric, attributes]);
    const point = points.get(key) ?? { metric, attributes, values: [] };
    points.set(key, point);
    point.values.push(value);
  };
  for (const { kind, model = '', start_ms, end_ms, status, tokens } of runs.flatMap(
    ({ timeline }) => timeline,
  )) {
    if (kind !== 'call') continue;
    const [provider = '', name = ''] = model.split('/');
    const common = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': NAMES[provider] ?? provider,
      'gen_ai.request.model': name,
    };
    if (end_ms !== null) {
      const failed = status === 'failed' ? { 'error.type': '_OTHER' } : {};
      add('gen_ai.client.operation.duration {s}', { ...common, ...failed }, (end_ms - start_ms) / 1_000);
    }
    if (tokens === undefined) continue;
    const token = 'gen_ai.client.token.usage {{token}}';
    add(token, { ...common, 'gen_ai.token.type': 'input' }, tokens.input);
    add(token, { ...common, 'gen_ai.token.type': 'output' }, tokens.output);
  }
  return [...points.values()];
}

/** Compares the points with what they sum up. A bucket has the values up to its bound. */
function expectPoints(expected: readonly ExpectedPoint[]): void {
  const received = receiver.metrics.flatMap(({ name, unit, histogram }) =>
    histogram.dataPoints.map(({ startTimeUnixNano, timeUnixNano, ...point }) => {
      expect(BigInt(startTimeUnixNano) < BigInt(timeUnixNano)).toBe(true);
      return { metric: `${name} {${unit}}`, ...point };
    }),
  );
  const boundsOf = new Map(received.map(({ metric, explicitBounds }) => [metric, explicitBounds]));
  const points = expected.map(({ metric, attributes, values }) => {
    const explicitBounds = boundsOf.get(metric) ?? [];
    const edges = [-Infinity, ...explicitBounds, Infinity];
    return {
      ...{ metric, attributes, explicitBounds },
      count: String(values.length),
      sum: values.reduce((sum, value) => sum + value, 0),
      min: Math.min(...values),
      max: Math.max(...values),
      bucketCounts: edges.slice(1).map((edge, index) => {
        const within = values.filter((value) => value <= edge && value > (edges[index] ?? 0));
        return String(within.length);
      }),
    };
  });
  const sorted = (list: readonly object[]): readonly unknown[] =>
    list.map((one) => JSON.stringify(Object.entries(one).sort())).sort();
  expect(sorted(received)).toEqual(sorted(points));
}

async function send(folder: string, options: Partial<ExportOptions>): Promise<string> {
  const terminal = recordingTerminal();
  await exportRuns([folder], () => [], { to: 'otlp', endpoint: receiver.origin, ...options }, terminal);
  return terminal.printed.err;
}

/** Runs may arrive in any order, their spans in that of the timeline. */
function byRun(spans: readonly ExpectedSpan[]): Readonly<Record<string, readonly ExpectedSpan[]>> {
  const groups: Record<string, ExpectedSpan[]> = {};
  for (const span of spans) (groups[span.run] ??= []).push(span);
  return groups;
}

const TYPES = { json: 'application/json', protobuf: 'application/x-protobuf' } as const;

describe.each(['json', 'protobuf'] as const)('as %s', (protocol) => {
  test.each([
    ['a night', () => join(root, 'runs'), 40],
    ['the recorded runs', () => RECORDED, 10],
  ])('%s arrives with all spans and metrics', async (_what, folder, count) => {
    const runs = await projected(folder());
    expect(runs).toHaveLength(count);
    await send(folder(), { protocol });
    expect(receiver.requests).toEqual(
      ['/v1/traces', '/v1/metrics'].map((path) => `${path} ${TYPES[protocol]} 200`),
    );
    expect(byRun(receivedSpans())).toEqual(byRun(runs.flatMap(expectedSpans)));
    expectPoints(expectedPoints(runs));
    expect(
      receiver.spans.flatMap(({ attributes }) => Object.keys(attributes)).filter((key) => CONTENT.has(key)),
    ).toEqual([]);
  });

  test('content is on the calls that have it, and changes nothing else', async () => {
    const folder = join(root, 'runs');
    await send(folder, { protocol, content: true });
    expect(byRun(receivedSpans())).toEqual(byRun((await projected(folder)).flatMap(expectedSpans)));
    const words = receiver.spans.flatMap(({ traceId, attributes }) =>
      traceId.endsWith('ff') && 'input.value' in attributes
        ? [[attributes['input.value'], attributes['output.value'], attributes['gen_ai.output.messages']]]
        : [],
    );
    const answer = [
      { role: 'assistant', parts: [{ type: 'text', content: '{"because":["no"]}' }], finish_reason: 'stop' },
    ];
    expect(words).toEqual([
      ['why \u{1F600}?', '{"because":["no"]}', JSON.stringify(answer)],
      ['x', undefined, undefined],
    ]);
  });

  test('a busy gateway gets the same spans again, once each', async () => {
    const soon = { 'retry-after-ms': '1' };
    receiver.reset([
      { status: 429, headers: soon },
      { status: 503, headers: soon },
    ]);
    expect(await send(RECORDED, { protocol })).toContain('sent 10 runs to ');
    expect(receiver.requests.map((request) => request.split(' ')[2])).toEqual(['429', '503', '200', '200']);
    expect(byRun(receivedSpans())).toEqual(byRun((await projected(RECORDED)).flatMap(expectedSpans)));
  });

  test('a large export is sent in several requests, and no span twice', async () => {
    const folder = mkdtempSync(join(root, 'large-'));
    const words = 'x'.repeat(1_500_000);
    const { events } = buildRun()
      .started()
      .workflow(['ask'], (inside) =>
        inside.node('ask', {}, (node) =>
          node.call({ prompt: words }).call({ prompt: words }).call({ prompt: words }),
        ),
      )
      .ended('success');
    writeFileSync(join(folder, 'large.ndjson'), bytesOf(events));
    await send(folder, { protocol, content: true });
    expect(receiver.requests.map((request) => request.split(' ')[0])).toEqual([
      ...['/v1/traces', '/v1/traces', '/v1/traces', '/v1/metrics'],
    ]);
    expect(receivedSpans()).toEqual((await projected(folder)).flatMap(expectedSpans));
    receiver.reset([{ status: 200 }, { status: 400 }]);
    await expect(send(folder, { protocol, content: true })).rejects.toMatchObject({
      message: expect.stringMatching(/it answered 400; it took 1 request before$/u) as string,
    });
  });

  test('`run --otlp` sends what a replay of its log shows', async () => {
    const bench = workbench({
      OTEL_EXPORTER_OTLP_PROTOCOL: protocol === 'json' ? 'http/json' : 'http/protobuf',
      OTEL_SERVICE_NAME: 'größe-日本',
    });
    const fixture = (name: string): string => join(process.cwd(), 'fixtures', name);
    const log = bench.path('run.ndjson');
    const { code, stderr } = await bench.run([
      ...['run', fixture('workflows/summarise-file.json'), `file=${fixture('inputs/meeting.txt')}`],
      ...['--answers', fixture('logs/v1/summarise-file.ndjson'), '--log', log, '--otlp', receiver.origin],
    ]);
    expect([code, stderr]).toEqual([0, `log    ${log}\notlp   sent to ${receiver.origin}\n`]);
    const runs = await projected(log);
    expect(receivedSpans()).toEqual(runs.flatMap(expectedSpans));
    expectPoints(expectedPoints(runs));
    expect(new Set(receiver.services)).toEqual(new Set(['größe-日本']));
  });
});

// Protobuf holds what JSON holds, read by the published code of OpenTelemetry.
import otlp from 'otlp-published/build/src/generated/root.js';
import { expect, test } from 'vitest';
import { createRuns } from '../../../projections/runs/projection.ts';
import { createTimeline } from '../../../projections/timeline/projection.ts';
import { project } from '../../../projections/fold.ts';
import type { ExportedRun } from '../../../src/cli/export/exported-run.ts';
import { otlpTraces } from '../../../src/cli/export/otlp.ts';
import { otlpMetrics } from '../../../src/cli/export/otlp-metrics.ts';
import { decodePartialSuccess, encodeMetrics, encodeTraces } from '../../../src/cli/export/otlp-protobuf.ts';
import { RunBuilder, runId } from '../../support/run-builder.ts';
import { testPricing } from '../../support/test-prices.ts';

const OPTIONS = { version: '1.0.0', serviceName: 'größe-日本' };

interface MessageType {
  decode(bytes: Uint8Array): object;
  encode(message: object): { finish(): Uint8Array };
  toObject(message: object, options: object): unknown;
}

interface Version {
  readonly v1: Readonly<Record<string, MessageType>>;
}

/** The generated code has no types. */
const { collector } = (
  otlp as unknown as {
    readonly opentelemetry: { readonly proto: { readonly collector: Readonly<Record<string, Version>> } };
  }
).opentelemetry.proto;

function typeOf(signal: 'trace' | 'metrics', name: string): MessageType {
  const type = collector[signal]?.v1[name];
  if (type === undefined) throw new Error(`the schema has no ${name}`);
  return type;
}

function exported(run: string): ExportedRun {
  const { events } = new RunBuilder(run)
    .started({ workflow: { name: 'wörk\u{1F600}', hash: 'f' }, tags: { a: '' } })
    .workflow(['ask', 'b'], (inside) =>
      inside
        .node('ask', { ms: 1.25 }, (node) =>
          node.retried().call({ duration_ms: 0.123_456 }).call({ fails: 'no' }),
        )
        .node('b', { fails: 'no', item: 0, visit: 300 }, (node) =>
          node.call({ model: 'openai/gpt-4o-mini' }),
        ),
    )
    .ended('failed');
  const options = { pricing: testPricing() };
  const [row] = project(createRuns(options), events);
  if (row === undefined) throw new Error('no run');
  const words = new Map([['call:1', { prompt: 'x'.repeat(20_000), answer: '' }]]);
  return { row, timeline: project(createTimeline(options), events), words };
}

const runs = [exported(runId(1)), exported('no uuid')];

/** As JSON writes it: ids in hex, 64-bit numbers as texts. */
const AS_JSON = { longs: String, enums: Number, bytes: String, defaults: false } as const;

function hexOf(base64: unknown): string {
  return Buffer.from(String(base64), 'base64').toString('hex');
}

test('spans have in protobuf what they have in JSON', () => {
  const body = otlpTraces(runs, OPTIONS);
  const type = typeOf('trace', 'ExportTraceServiceRequest');
  const decoded = type.toObject(type.decode(encodeTraces(body)), AS_JSON);
  const asJson: unknown = JSON.parse(JSON.stringify(decoded), (key, value: unknown) =>
    ['traceId', 'spanId', 'parentSpanId'].includes(key) ? hexOf(value) : value,
  );
  expect(asJson).toEqual(body);
});

test('metrics have in protobuf what they have in JSON', () => {
  const body = otlpMetrics(runs, OPTIONS);
  if (body === undefined) throw new Error('no calls');
  const type = typeOf('metrics', 'ExportMetricsServiceRequest');
  expect(type.toObject(type.decode(encodeMetrics(body)), AS_JSON)).toEqual(body);
});

test('the answer of a receiver shows what it refused', () => {
  const type = typeOf('trace', 'ExportTraceServiceResponse');
  const partialSuccess = { rejectedSpans: 3, errorMessage: 'too old' };
  expect(decodePartialSuccess(type.encode({ partialSuccess }).finish())).toEqual({
    refused: 3,
    message: 'too old',
  });
  expect(decodePartialSuccess(new Uint8Array())).toEqual({ refused: 0, message: '' });
});

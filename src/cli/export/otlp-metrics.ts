// Turns runs into the two client metrics of OpenTelemetry's GenAI conventions: tokens and durations of calls.
import type { TimelineSpan } from '../../../projections/timeline/schema.ts';
import type { ExportedRun } from './exported-run.ts';
import {
  AS_OBJECT,
  modelName,
  providerOf,
  resourceOf,
  SCHEMA_URL,
  scopeOf,
  type OtlpOptions,
} from './otlp.ts';
import type { Attribute, DataPoint, Metric, MetricsBody } from './otlp-bodies.ts';

const TOKEN_BOUNDS = Array.from({ length: 14 }, (_, index) => 4 ** index);
const SECOND_BOUNDS = Array.from({ length: 14 }, (_, index) => Number((0.01 * 2 ** index).toFixed(2)));
const CUMULATIVE = 2;
const { text } = AS_OBJECT;

interface Series {
  readonly attributes: readonly Attribute[];
  readonly values: number[];
}

/** The body of a request to /v1/metrics; undefined without a call. */
export function otlpMetrics(runs: readonly ExportedRun[], options: OtlpOptions): MetricsBody | undefined {
  const tokens = new Map<string, Series>();
  const seconds = new Map<string, Series>();
  for (const { timeline } of runs) {
    for (const span of timeline) if (span.kind === 'call') addCall(span, tokens, seconds);
  }
  if (seconds.size === 0) return undefined;
  const times = runs.map(({ row }) => Date.parse(row.started_at ?? '')).filter((ms) => !Number.isNaN(ms));
  const start = Math.min(...times);
  const end = Math.max(...runs.map(({ row }) => Date.parse(row.started_at ?? '') + row.duration_ms || start));
  const range = {
    startTimeUnixNano: String(BigInt(Math.floor(start)) * 1_000_000n),
    timeUnixNano: String(BigInt(Math.ceil(end)) * 1_000_000n),
  };
  const metric = (
    name: string,
    unit: string,
    series: ReadonlyMap<string, Series>,
    bounds: readonly number[],
  ): Metric => ({
    name,
    unit,
    histogram: {
      aggregationTemporality: CUMULATIVE,
      dataPoints: [...series.values()].map((one) => ({ ...range, ...dataPoint(one, bounds) })),
    },
  });
  const metrics = [
    ...(tokens.size === 0 ? [] : [metric('gen_ai.client.token.usage', '{token}', tokens, TOKEN_BOUNDS)]),
    metric('gen_ai.client.operation.duration', 's', seconds, SECOND_BOUNDS),
  ];
  return {
    resourceMetrics: [
      {
        resource: resourceOf(options),
        scopeMetrics: [{ scope: scopeOf(options), metrics, schemaUrl: SCHEMA_URL }],
        schemaUrl: SCHEMA_URL,
      },
    ],
  };
}

function addCall(span: TimelineSpan, tokens: Map<string, Series>, seconds: Map<string, Series>): void {
  const { model = '', end_ms, start_ms, status } = span;
  const common = [
    text('gen_ai.operation.name', 'chat'),
    text('gen_ai.provider.name', providerOf(model)),
    text('gen_ai.request.model', modelName(model)),
  ];
  if (end_ms !== null) {
    const failed = status === 'failed' ? [text('error.type', '_OTHER')] : [];
    add(seconds, [...common, ...failed], (end_ms - start_ms) / 1_000);
  }
  if (span.tokens === undefined) return;
  add(tokens, [...common, text('gen_ai.token.type', 'input')], span.tokens.input);
  add(tokens, [...common, text('gen_ai.token.type', 'output')], span.tokens.output);
}

function add(series: Map<string, Series>, attributes: readonly Attribute[], value: number): void {
  const key = JSON.stringify(attributes);
  const known = series.get(key);
  if (known === undefined) series.set(key, { attributes, values: [value] });
  else known.values.push(value);
}

type Distribution = Omit<DataPoint, 'startTimeUnixNano' | 'timeUnixNano'>;

function dataPoint({ attributes, values }: Series, bounds: readonly number[]): Distribution {
  const counts = new Array<number>(bounds.length + 1).fill(0);
  for (const value of values) {
    const bucket = bounds.findIndex((bound) => value <= bound);
    const index = bucket < 0 ? bounds.length : bucket;
    counts[index] = (counts[index] ?? 0) + 1;
  }
  return {
    attributes,
    count: String(values.length),
    sum: values.reduce((sum, value) => sum + value, 0),
    bucketCounts: counts.map(String),
    explicitBounds: bounds,
    min: values.reduce((least, value) => Math.min(least, value)),
    max: values.reduce((most, value) => Math.max(most, value)),
  };
}

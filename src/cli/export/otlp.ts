// Turns runs into OTLP/JSON: spans with the GenAI names of OpenTelemetry 1.41 and the kinds of OpenInference.
import { createHash } from 'node:crypto';
import type { RunRow } from '../../../projections/runs/schema.ts';
import type { TimelineSpan } from '../../../projections/timeline/schema.ts';
import type { CallWords, ExportedRun } from './exported-run.ts';
import type { Attribute, OtlpSpan, Resource, Scope, TracesBody } from './otlp-bodies.ts';

export const SCHEMA_URL = 'https://opentelemetry.io/schemas/1.41.0';

export interface OtlpOptions {
  /** Version of pflow. */
  readonly version: string;
  readonly serviceName: string;
}

const INTERNAL = 1;
const CLIENT = 3;
const STATUS_ERROR = 2;

/** The body of a request to /v1/traces, and a line of an OTLP file. */
export function otlpTraces(runs: readonly ExportedRun[], options: OtlpOptions): TracesBody {
  return {
    resourceSpans: runs.map((run) => ({
      resource: resourceOf(options),
      scopeSpans: [{ scope: scopeOf(options), spans: spansOf(run), schemaUrl: SCHEMA_URL }],
      schemaUrl: SCHEMA_URL,
    })),
  };
}

export function resourceOf({ serviceName, version }: OtlpOptions): Resource {
  return { attributes: [text('service.name', serviceName), text('service.version', version)] };
}

export function scopeOf({ version }: OtlpOptions): Scope {
  return { name: 'pflow', version };
}

function spansOf({ row, timeline, words }: ExportedRun): OtlpSpan[] {
  const traceId = traceIdOf(row.run);
  const ids = spanIds(row.run, timeline);
  const start = Date.parse(row.started_at ?? '');
  const base = BigInt(Number.isNaN(start) ? 0 : start) * 1_000_000n;
  const at = (ms: number): string => String(base + BigInt(Math.round(ms * 1_000_000)));
  return timeline.map((span) => {
    const isFailed = span.status === 'failed' || span.status === 'interrupted';
    const parentSpanId = span.parent === null ? undefined : ids.get(span.parent);
    return {
      traceId,
      spanId: ids.get(span.id) ?? '',
      ...(parentSpanId === undefined ? {} : { parentSpanId }),
      name: spanName(span),
      kind: span.kind === 'call' ? CLIENT : INTERNAL,
      startTimeUnixNano: at(span.start_ms),
      endTimeUnixNano: at(Math.max(span.start_ms, span.end_ms ?? row.duration_ms)),
      attributes: attributesOf(span, row, words.get(span.id)),
      ...(isFailed ? { status: { code: STATUS_ERROR } } : {}),
    };
  });
}

/** The id of a run is a UUID; any other text is hashed. */
function traceIdOf(run: string): string {
  const hex = run.replaceAll('-', '').toLowerCase();
  return /^[0-9a-f]{32}$/u.test(hex) && !/^0+$/u.test(hex) ? hex : hash(run).slice(0, 32);
}

/** Numbers the spans from a start of their run: one hash for all of them. The same log gives the same ids. */
function spanIds(run: string, timeline: readonly TimelineSpan[]): ReadonlyMap<string, string> {
  const digest = hash(run);
  const high = digest.slice(0, 8).replace(/^0{8}$/u, '00000001');
  const low = Number.parseInt(digest.slice(8, 16), 16);
  return new Map(
    timeline.map(({ id }, index) => [id, high + ((low + index) % 2 ** 32).toString(16).padStart(8, '0')]),
  );
}

function hash(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}

function spanName({ kind, name, model = '' }: TimelineSpan): string {
  switch (kind) {
    case 'call':
      return `chat ${modelName(model)}`;
    case 'run':
    case 'workflow':
      return `${kind === 'run' ? 'run' : 'invoke_workflow'} ${name}`;
    default:
      return name;
  }
}

/** A request names `provider/model`. */
function modelName(model: string): string {
  return model.slice(model.indexOf('/') + 1);
}

const PROVIDERS: Readonly<Record<string, string>> = {
  google: 'gcp.gemini',
  xai: 'x_ai',
  mistral: 'mistral_ai',
};

function providerOf(model: string): string {
  const name = model.slice(0, Math.max(0, model.indexOf('/')));
  return PROVIDERS[name] ?? name;
}

function attributesOf(span: TimelineSpan, row: RunRow, words: CallWords | undefined): Attribute[] {
  const { kind, node, visit, item, attempt, wait_ms, status } = span;
  return [
    text('openinference.span.kind', kind === 'call' ? 'LLM' : 'CHAIN'),
    text('pflow.kind', kind),
    text('pflow.run', row.run),
    ...(kind === 'run' ? runAttributes(row) : []),
    ...(kind === 'workflow' ? workflowAttributes(span) : []),
    ...(node === undefined ? [] : [text('graph.node.id', node)]),
    ...(visit === undefined ? [] : [int('pflow.visit', visit)]),
    ...(item === undefined ? [] : [int('pflow.item', item)]),
    ...(attempt === undefined ? [] : [int('pflow.attempt', attempt)]),
    ...(wait_ms === undefined ? [] : [double('pflow.wait_ms', wait_ms)]),
    ...(status === 'failed' ? [text('error.type', '_OTHER')] : []),
    ...(kind === 'call' ? callAttributes(span, words) : []),
  ];
}

function runAttributes({ status, tags = {} }: RunRow): Attribute[] {
  return [
    text('pflow.status', status),
    ...Object.entries(tags).map(([name, value]) => text(`pflow.tag.${name}`, value)),
  ];
}

function workflowAttributes({ name }: TimelineSpan): Attribute[] {
  return [text('gen_ai.operation.name', 'invoke_workflow'), text('gen_ai.workflow.name', name)];
}

/** Input tokens include cached ones, as the convention requires. Cost is on calls only, so that nothing counts twice. */
function callAttributes({ model = '', tokens, cost_usd }: TimelineSpan, words: CallWords = {}): Attribute[] {
  const name = modelName(model);
  return [
    text('gen_ai.operation.name', 'chat'),
    text('gen_ai.provider.name', providerOf(model)),
    text('gen_ai.request.model', name),
    text('llm.model_name', name),
    ...(tokens === undefined
      ? []
      : [
          int('gen_ai.usage.input_tokens', tokens.input),
          int('gen_ai.usage.output_tokens', tokens.output),
          int('llm.token_count.prompt', tokens.input),
          int('llm.token_count.completion', tokens.output),
          int('llm.token_count.total', tokens.input + tokens.output),
        ]),
    ...(typeof cost_usd === 'string'
      ? [double('gen_ai.usage.cost', Number(cost_usd)), double('llm.cost.total', Number(cost_usd))]
      : []),
    ...contentAttributes(words),
  ];
}

function contentAttributes({ prompt, answer }: CallWords): Attribute[] {
  return [
    ...(prompt === undefined
      ? []
      : [
          text('input.value', contentText(prompt)),
          text('gen_ai.input.messages', messageText('user', prompt)),
        ]),
    ...(answer === undefined
      ? []
      : [
          text('output.value', contentText(answer)),
          text('gen_ai.output.messages', messageText('assistant', answer)),
        ]),
  ];
}

function contentText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function messageText(role: string, value: unknown): string {
  const parts = [{ type: 'text', content: contentText(value) }];
  return JSON.stringify([role === 'assistant' ? { role, parts, finish_reason: 'stop' } : { role, parts }]);
}

export function text(key: string, value: string): Attribute {
  return { key, value: { stringValue: value } };
}

/** OTLP/JSON writes 64-bit integers as text. */
function int(key: string, value: number): Attribute {
  return { key, value: { intValue: String(Math.round(value)) } };
}

function double(key: string, value: number): Attribute {
  return { key, value: { doubleValue: value } };
}

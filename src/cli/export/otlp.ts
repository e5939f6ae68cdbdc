// Turns runs into OTLP/JSON: spans with the GenAI names of OpenTelemetry 1.41 and the kinds of OpenInference.
import { createHash } from 'node:crypto';
import type { RunRow } from '../../../projections/runs/schema.ts';
import type { TimelineSpan } from '../../../projections/timeline/schema.ts';
import type { CallWords, ExportedRun } from './exported-run.ts';
import type {
  Attribute,
  OtlpSpan,
  Resource,
  ResourceSpans,
  InstrumentationScope,
  TracesBody,
} from './otlp-bodies.ts';
import { present } from '../../values/present.ts';

export const SCHEMA_URL = 'https://opentelemetry.io/schemas/1.41.0';

export interface OtlpOptions {
  /** Version of pflow. */
  readonly version: string;
  readonly serviceName: string;
}

const INTERNAL = 1;
const CLIENT = 3;
const STATUS_ERROR = 2;

/** The body of a request to /v1/traces. */
export function otlpTraces(runs: readonly ExportedRun[], options: OtlpOptions): TracesBody {
  return {
    resourceSpans: runs.map((run) => resourceSpansOf(run.timeline.map(spanMaker(run, AS_OBJECT)), options)),
  };
}

export function resourceSpansOf(spans: readonly OtlpSpan[], options: OtlpOptions): ResourceSpans {
  return {
    resource: resourceOf(options),
    scopeSpans: [{ scope: scopeOf(options), spans, schemaUrl: SCHEMA_URL }],
    schemaUrl: SCHEMA_URL,
  };
}

export function resourceOf({ serviceName, version }: OtlpOptions): Resource {
  const { text } = AS_OBJECT;
  return { attributes: [text('service.name', serviceName), text('service.version', version)] };
}

export function scopeOf({ version }: OtlpOptions): InstrumentationScope {
  return { name: 'pflow', version };
}

/** Makes the spans of a run. */
export function spanMaker<Form>(
  { row, timeline, words }: ExportedRun,
  form: AttributeForm<Form>,
): (span: TimelineSpan) => OtlpSpan<Form> {
  const traceId = traceIdOf(row.run);
  const ids = spanIds(row.run, timeline);
  const at = clockFrom(Date.parse(row.started_at ?? ''));
  const attributes = new SpanAttributes(row, form);
  return (span) => {
    const parentSpanId = span.parent === null ? undefined : ids.get(span.parent);
    const spanId = ids.get(span.id) ?? '';
    return {
      traceId,
      spanId,
      ...present({ parentSpanId }),
      name: spanName(span),
      kind: span.kind === 'call' ? CLIENT : INTERNAL,
      startTimeUnixNano: at(span.start_ms),
      endTimeUnixNano: at(Math.max(span.start_ms, span.end_ms ?? row.duration_ms)),
      attributes: attributes.of(span, words.get(span.id)),
      ...(hasFailed(span) ? { status: { code: STATUS_ERROR } } : {}),
    };
  };
}

/** Such spans have a status and a type of error, as the conventions require. */
function hasFailed({ status }: TimelineSpan): boolean {
  return status === 'failed' || status === 'interrupted';
}

const NANOSECONDS = 1_000_000;

/** Nanoseconds since 1970 of milliseconds after `start`; 1970 if that is not a number. */
function clockFrom(start: number): (ms: number) => string {
  const first = Number.isNaN(start) ? 0 : start;
  return (ms) => {
    const after = Math.round(ms * NANOSECONDS);
    const rest = after % NANOSECONDS;
    const whole = first + (after - rest) / NANOSECONDS;
    // Most times fit two whole numbers, which are faster.
    if (whole > 0 && rest >= 0 && Number.isSafeInteger(after)) {
      return `${String(whole)}${String(rest).padStart(6, '0')}`;
    }
    return String(BigInt(first) * BigInt(NANOSECONDS) + BigInt(after));
  };
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
export function modelName(model: string): string {
  return model.slice(model.indexOf('/') + 1);
}

const PROVIDERS: Readonly<Record<string, string>> = {
  google: 'gcp.gemini',
  xai: 'x_ai',
  mistral: 'mistral_ai',
};

/** As the GenAI names spell it. */
export function providerOf(model: string): string {
  const name = model.slice(0, Math.max(0, model.indexOf('/')));
  return PROVIDERS[name] ?? name;
}

/** How an attribute is written: as an object, or as JSON. */
export interface AttributeForm<Form> {
  readonly text: (key: string, value: string) => Form;
  readonly int: (key: string, value: number) => Form;
  readonly double: (key: string, value: number) => Form;
}

/** OTLP/JSON writes 64-bit integers as text. */
export const AS_OBJECT: AttributeForm<Attribute> = {
  text: (key, value) => ({ key, value: { stringValue: value } }),
  int: (key, value) => ({ key, value: { intValue: String(Math.round(value)) } }),
  double: (key, value) => ({ key, value: { doubleValue: value } }),
};

/** What all spans of a model have. */
interface ModelAttributes<Form> {
  readonly provider: Form;
  readonly requested: Form;
  readonly named: Form;
}

/** Makes the attributes of spans of one run. Those that repeat are made once: a run may have many spans. */
class SpanAttributes<Form> {
  private readonly row: RunRow;
  private readonly form: AttributeForm<Form>;
  private readonly run: Form;
  private readonly failed: Form;
  private readonly chat: Form;
  private readonly kinds = new Map<string, readonly [Form, Form]>();
  private readonly models = new Map<string, ModelAttributes<Form>>();

  constructor(row: RunRow, form: AttributeForm<Form>) {
    this.row = row;
    this.form = form;
    this.run = form.text('pflow.run', row.run);
    this.failed = form.text('error.type', '_OTHER');
    this.chat = form.text('gen_ai.operation.name', 'chat');
  }

  of(span: TimelineSpan, words: CallWords | undefined): Form[] {
    const { kind } = span;
    const list = [...this.kindOf(kind), this.run];
    if (kind === 'run') this.addRun(list);
    if (kind === 'workflow') this.addWorkflow(list, span);
    this.addPlace(list, span);
    if (hasFailed(span)) list.push(this.failed);
    if (kind === 'call') this.addCall(list, span, words);
    return list;
  }

  private kindOf(kind: TimelineSpan['kind']): readonly [Form, Form] {
    const known = this.kinds.get(kind);
    if (known !== undefined) return known;
    const { text } = this.form;
    const made = [
      text('openinference.span.kind', kind === 'call' ? 'LLM' : 'CHAIN'),
      text('pflow.kind', kind),
    ] as const;
    this.kinds.set(kind, made);
    return made;
  }

  private modelOf(model: string): ModelAttributes<Form> {
    const known = this.models.get(model);
    if (known !== undefined) return known;
    const { text } = this.form;
    const name = modelName(model);
    const made = {
      provider: text('gen_ai.provider.name', providerOf(model)),
      requested: text('gen_ai.request.model', name),
      named: text('llm.model_name', name),
    };
    this.models.set(model, made);
    return made;
  }

  private addRun(list: Form[]): void {
    const { status, tags = {} } = this.row;
    list.push(this.form.text('pflow.status', status));
    for (const [name, value] of Object.entries(tags)) list.push(this.form.text(`pflow.tag.${name}`, value));
  }

  private addWorkflow(list: Form[], { name }: TimelineSpan): void {
    const { text } = this.form;
    list.push(text('gen_ai.operation.name', 'invoke_workflow'), text('gen_ai.workflow.name', name));
  }

  private addPlace(list: Form[], { node, visit, item, attempt, wait_ms }: TimelineSpan): void {
    const { text, int, double } = this.form;
    if (node !== undefined) list.push(text('graph.node.id', node));
    if (visit !== undefined) list.push(int('pflow.visit', visit));
    if (item !== undefined) list.push(int('pflow.item', item));
    if (attempt !== undefined) list.push(int('pflow.attempt', attempt));
    if (wait_ms !== undefined) list.push(double('pflow.wait_ms', wait_ms));
  }

  /** Input tokens include cached ones, as the convention requires. Cost is on calls only: nothing counts twice. */
  private addCall(list: Form[], span: TimelineSpan, words: CallWords | undefined): void {
    const { int, double } = this.form;
    const { model = '', tokens, cost_usd } = span;
    const { provider, requested, named } = this.modelOf(model);
    list.push(this.chat, provider, requested, named);
    if (tokens !== undefined) {
      const { input, output } = tokens;
      list.push(
        int('gen_ai.usage.input_tokens', input),
        int('gen_ai.usage.output_tokens', output),
        int('llm.token_count.prompt', input),
        int('llm.token_count.completion', output),
        int('llm.token_count.total', input + output),
      );
    }
    if (typeof cost_usd === 'string') {
      const cost = Number(cost_usd);
      list.push(double('gen_ai.usage.cost', cost), double('llm.cost.total', cost));
    }
    if (words !== undefined) this.addContent(list, words);
  }

  private addContent(list: Form[], { prompt, answer }: CallWords): void {
    const { text } = this.form;
    if (prompt !== undefined) {
      list.push(
        text('input.value', contentText(prompt)),
        text('gen_ai.input.messages', messageText('user', prompt)),
      );
    }
    if (answer !== undefined) {
      list.push(
        text('output.value', contentText(answer)),
        text('gen_ai.output.messages', messageText('assistant', answer)),
      );
    }
  }
}

function contentText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function messageText(role: string, value: unknown): string {
  const parts = [{ type: 'text', content: contentText(value) }];
  return JSON.stringify([role === 'assistant' ? { role, parts, finish_reason: 'stop' } : { role, parts }]);
}

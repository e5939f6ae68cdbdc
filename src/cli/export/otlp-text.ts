// Writes spans as the JSON of OTLP. Text is joined, not made from objects: a run may have many spans.
import type { ExportedRun } from './exported-run.ts';
import { resourceSpansOf, spanMaker, type AttributeForm, type OtlpOptions } from './otlp.ts';
import type { OtlpSpan } from './otlp-bodies.ts';

/** Attributes as JSON, in the order of `AS_OBJECT`. Names of numbers are ours; a text may be a tag of a user. */
export const AS_JSON: AttributeForm<string> = {
  text: (key, value) => `{"key":${JSON.stringify(key)},"value":{"stringValue":${JSON.stringify(value)}}}`,
  int: (key, value) => `{"key":"${key}","value":{"intValue":"${String(Math.round(value))}"}}`,
  double: (key, value) => `{"key":"${key}","value":{"doubleValue":${JSON.stringify(value)}}}`,
};

/** Ids and times are digits. */
function spanText(span: OtlpSpan<string>): string {
  const { traceId, spanId, parentSpanId, name, kind, startTimeUnixNano, endTimeUnixNano, status } = span;
  const parent = parentSpanId === undefined ? '' : `,"parentSpanId":"${parentSpanId}"`;
  const times = `,"startTimeUnixNano":"${startTimeUnixNano}","endTimeUnixNano":"${endTimeUnixNano}"`;
  const end = status === undefined ? '}' : `,"status":{"code":${String(status.code)}}}`;
  const head = `{"traceId":"${traceId}","spanId":"${spanId}"${parent},"name":${JSON.stringify(name)}`;
  return `${head},"kind":${String(kind)}${times},"attributes":[${span.attributes.join(',')}]${end}`;
}

interface Frame {
  readonly before: string;
  readonly after: string;
}

const SPANS = '"spans":[';

/** What is written around the spans of a run. */
function frameOf(options: OtlpOptions): Frame {
  const frame = JSON.stringify(resourceSpansOf([], options));
  // In a text, a quotation mark has a backslash before it.
  const at = frame.indexOf(SPANS) + SPANS.length;
  return { before: frame.slice(0, at), after: frame.slice(at) };
}

/** The JSON of the body of a request to /v1/traces. `runs`: spans of each run. */
export function tracesText(runs: readonly (readonly OtlpSpan<string>[])[], options: OtlpOptions): string {
  const { before, after } = frameOf(options);
  const texts = runs.map((spans) => `${before}${spans.map(spanText).join(',')}${after}`);
  return `{"resourceSpans":[${texts.join(',')}]}`;
}

/** Spans that are joined before they are written. */
const SPANS_OF_PIECE = 256;

/** Yields pieces of a line of an OTLP file: the JSON of the body of a request with one run. */
export function* otlpLine(run: ExportedRun, options: OtlpOptions): Generator<string, void, undefined> {
  const { before, after } = frameOf(options);
  const make = spanMaker(run, AS_JSON);
  let piece = `{"resourceSpans":[${before}`;
  for (const [index, span] of run.timeline.entries()) {
    if (index > 0) piece += ',';
    piece += spanText(make(span));
    if (index % SPANS_OF_PIECE !== SPANS_OF_PIECE - 1) continue;
    yield piece;
    piece = '';
  }
  yield `${piece}${after}]}\n`;
}

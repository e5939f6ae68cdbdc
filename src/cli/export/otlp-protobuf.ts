// Writes requests of OTLP as protobuf, and reads the answers. Numbers of fields are those of opentelemetry-proto 1.
import { PbfReader, PbfWriter } from 'pbf';
import type {
  Attribute,
  DataPoint,
  Metric,
  MetricsBody,
  OtlpSpan,
  Resource,
  ResourceMetrics,
  ResourceSpans,
  InstrumentationScope,
  ScopeMetrics,
  ScopeSpans,
  TracesBody,
} from './otlp-bodies.ts';

export function encodeTraces({ resourceSpans }: TracesBody): Uint8Array {
  const pbf = new PbfWriter();
  for (const one of resourceSpans) pbf.writeMessage(1, writeResourceSpans, one);
  return pbf.finish();
}

function writeResourceSpans({ resource, scopeSpans, schemaUrl }: ResourceSpans, pbf: PbfWriter): void {
  pbf.writeMessage(1, writeResource, resource);
  for (const one of scopeSpans) pbf.writeMessage(2, writeScopeSpans, one);
  pbf.writeStringField(3, schemaUrl);
}

function writeScopeSpans({ scope, spans, schemaUrl }: ScopeSpans, pbf: PbfWriter): void {
  pbf.writeMessage(1, writeScope, scope);
  for (const span of spans) pbf.writeMessage(2, writeSpan, span);
  pbf.writeStringField(3, schemaUrl);
}

export function encodeMetrics({ resourceMetrics }: MetricsBody): Uint8Array {
  const pbf = new PbfWriter();
  for (const one of resourceMetrics) pbf.writeMessage(1, writeResourceMetrics, one);
  return pbf.finish();
}

function writeResourceMetrics({ resource, scopeMetrics, schemaUrl }: ResourceMetrics, pbf: PbfWriter): void {
  pbf.writeMessage(1, writeResource, resource);
  for (const one of scopeMetrics) pbf.writeMessage(2, writeScopeMetrics, one);
  pbf.writeStringField(3, schemaUrl);
}

function writeScopeMetrics({ scope, metrics, schemaUrl }: ScopeMetrics, pbf: PbfWriter): void {
  pbf.writeMessage(1, writeScope, scope);
  for (const metric of metrics) pbf.writeMessage(2, writeMetric, metric);
  pbf.writeStringField(3, schemaUrl);
}

function writeResource({ attributes }: Resource, pbf: PbfWriter): void {
  writeAttributes(1, attributes, pbf);
}

function writeScope({ name, version }: InstrumentationScope, pbf: PbfWriter): void {
  pbf.writeStringField(1, name);
  pbf.writeStringField(2, version);
}

function writeAttributes(tag: number, attributes: readonly Attribute[], pbf: PbfWriter): void {
  for (const attribute of attributes) pbf.writeMessage(tag, writeAttribute, attribute);
}

function writeAttribute({ key, value }: Attribute, pbf: PbfWriter): void {
  pbf.writeStringField(1, key);
  pbf.writeMessage(2, writeValue, value);
}

function writeValue(value: Attribute['value'], pbf: PbfWriter): void {
  if ('stringValue' in value) pbf.writeStringField(1, value.stringValue);
  else if ('intValue' in value) pbf.writeVarintField(3, Number(value.intValue));
  else pbf.writeDoubleField(4, value.doubleValue);
}

function writeSpan(span: OtlpSpan, pbf: PbfWriter): void {
  pbf.writeBytesField(1, Buffer.from(span.traceId, 'hex'));
  pbf.writeBytesField(2, Buffer.from(span.spanId, 'hex'));
  if (span.parentSpanId !== undefined) pbf.writeBytesField(4, Buffer.from(span.parentSpanId, 'hex'));
  pbf.writeStringField(5, span.name);
  pbf.writeVarintField(6, span.kind);
  writeNanoseconds(7, span.startTimeUnixNano, pbf);
  writeNanoseconds(8, span.endTimeUnixNano, pbf);
  writeAttributes(9, span.attributes, pbf);
  if (span.status !== undefined) pbf.writeMessage(15, writeStatus, span.status);
}

function writeStatus({ code }: NonNullable<OtlpSpan['status']>, pbf: PbfWriter): void {
  pbf.writeVarintField(3, code);
}

function writeMetric({ name, unit, histogram }: Metric, pbf: PbfWriter): void {
  pbf.writeStringField(1, name);
  pbf.writeStringField(3, unit);
  pbf.writeMessage(9, writeHistogram, histogram);
}

function writeHistogram({ aggregationTemporality, dataPoints }: Metric['histogram'], pbf: PbfWriter): void {
  for (const point of dataPoints) pbf.writeMessage(1, writeDataPoint, point);
  pbf.writeVarintField(2, aggregationTemporality);
}

function writeDataPoint(point: DataPoint, pbf: PbfWriter): void {
  writeNanoseconds(2, point.startTimeUnixNano, pbf);
  writeNanoseconds(3, point.timeUnixNano, pbf);
  pbf.writeFixed64Field(4, Number(point.count));
  pbf.writeDoubleField(5, point.sum);
  pbf.writePackedFixed64(6, point.bucketCounts.map(Number));
  pbf.writePackedDouble(7, [...point.explicitBounds]);
  writeAttributes(9, point.attributes, pbf);
  pbf.writeDoubleField(11, point.min);
  pbf.writeDoubleField(12, point.max);
}

const FIXED_64 = 1;

/** Nanoseconds since 1970 are more than a number holds exactly. */
function writeNanoseconds(tag: number, text: string, pbf: PbfWriter): void {
  const value = BigInt(text);
  pbf.writeTag(tag, FIXED_64);
  pbf.writeFixed32(Number(value & 0xffff_ffffn));
  pbf.writeFixed32(Number(value >> 32n));
}

interface PartialSuccess {
  refused: number;
  message: string;
}

/** Reads what a receiver refused. The answers about spans and about data points have the same form. */
export function decodePartialSuccess(answer: Uint8Array): PartialSuccess {
  const partial: PartialSuccess = { refused: 0, message: '' };
  return new PbfReader(answer).readFields((tag, result, pbf) => {
    if (tag === 1) pbf.readMessage(readPartialSuccess, result);
  }, partial);
}

function readPartialSuccess(tag: number, result: PartialSuccess, pbf: PbfReader): void {
  if (tag === 1) result.refused = pbf.readVarint(true);
  if (tag === 2) result.message = pbf.readString();
}

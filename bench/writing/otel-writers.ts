// Rival: the SDK of OpenTelemetry. A span for the call of a model, its facts as attributes, and a small exporter that
// writes a line for each span. One span at a time, or in batches as the SDK advises.
import { closeSync, openSync, writeSync } from 'node:fs';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  SimpleSpanProcessor,
  type ReadableSpan,
  type SpanExporter,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import type { OpenWriter, Writer } from './writer.ts';
import { writtenEvent } from './written-event.ts';

/** `ExportResultCode.SUCCESS`, of a package that is not for users of the SDK. */
const SUCCESS = 0;
const RUN = '0199f3a0-1c2d-7e3f-8a4b-5c6d7e8f9a0b';

export const openOtel: OpenWriter = (path) => open(path, (exporter) => new SimpleSpanProcessor(exporter));

export const openOtelBatch: OpenWriter = (path) => open(path, (exporter) => new BatchSpanProcessor(exporter));

class FileExporter implements SpanExporter {
  private readonly file: number;

  constructor(path: string) {
    this.file = openSync(path, 'ax');
  }

  export(spans: ReadableSpan[], done: (result: { code: number }) => void): void {
    writeSync(this.file, spans.map(lineOf).join(''));
    done({ code: SUCCESS });
  }

  shutdown(): Promise<void> {
    closeSync(this.file);
    return Promise.resolve();
  }
}

function lineOf(span: ReadableSpan): string {
  const { traceId, spanId } = span.spanContext();
  const { name, kind, startTime, duration, attributes, status } = span;
  return `${JSON.stringify({ traceId, spanId, name, kind, startTime, duration, attributes, status })}\n`;
}

function open(path: string, processorOf: (exporter: SpanExporter) => SpanProcessor): Writer {
  const provider = new BasicTracerProvider({ spanProcessors: [processorOf(new FileExporter(path))] });
  const tracer = provider.getTracer('pflow-bench');
  return {
    append() {
      tracer.startSpan(writtenEvent.type, { attributes }).end();
    },
    flush: () => provider.forceFlush(),
    close: () => provider.shutdown(),
  };
}

/** Attributes hold no objects: each fact under its path. */
const attributes = Object.fromEntries([
  ['run', RUN],
  ['phase', writtenEvent.phase],
  ['node', writtenEvent.node],
  ...flat('', writtenEvent.data),
]) as Readonly<Record<string, string | number>>;

function flat(before: string, value: object): [string, unknown][] {
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
    typeof inner === 'object' && inner !== null
      ? flat(`${before}${key}.`, inner)
      : [[`${before}${key}`, inner]],
  );
}

// All who write, by name.
import { openOtel, openOtelBatch } from './otel-writers.ts';
import { openByHandDurable, openOurs, openOursDurable } from './our-writers.ts';
import { openPino, openPinoBuffered, openPinoDurable } from './pino-writers.ts';

export const WRITERS = {
  ours: openOurs,
  pino: openPino,
  otel: openOtel,
  'pino-buffered': openPinoBuffered,
  'otel-batch': openOtelBatch,
  'ours-durable': openOursDurable,
  'by-hand-durable': openByHandDurable,
  'pino-durable': openPinoDurable,
} as const;

export type WriterName = keyof typeof WRITERS;

export function isWriterName(name: string): name is WriterName {
  return Object.hasOwn(WRITERS, name);
}

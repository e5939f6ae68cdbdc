// Encodes small logs with the real encoder.
import { appended } from './write/appended.ts';
import type { EventDraft, LogEvent } from '../../src/events/event.ts';
import { encodeLine } from '../../src/log/write/line-encoder.ts';
import { openMemoryLog } from '../../src/log/write/memory-log.ts';
import { fakeOptions } from './fake-host.ts';

export function eventsOf(drafts: readonly EventDraft[]): readonly LogEvent[] {
  const log = openMemoryLog(fakeOptions());
  return drafts.map((draft) => appended(log, draft));
}

export function linesOf(events: readonly LogEvent[]): readonly Buffer[] {
  return events.map(encodeLine);
}

export function bytesOf(events: readonly LogEvent[]): Buffer {
  return Buffer.concat(linesOf(events));
}

/** Encodes an event that no log would accept, with a right checksum. */
export function forgedLine(event: object): Buffer {
  return encodeLine(event as LogEvent);
}

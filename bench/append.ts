// What the log costs over the least that writing an event can cost: a JSON.stringify and a write.
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogEvent } from '../src/events/event.ts';
import { openNdjsonLog } from '../src/log/ndjson-log.ts';
import type { Figure } from './figures.ts';
import { milliseconds, pair } from './measure.ts';
import { logOptions, writtenEvent } from './writing/written-event.ts';

const EVENTS = 5_000;

export async function appendFigures(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-bench-'));
  let file = 0;
  const next = (): string => join(folder, `${(file += 1)}.ndjson`);
  const event = sample(next());
  const bare = (): Promise<number> => {
    const fd = openSync(next(), 'ax');
    return milliseconds(() => {
      for (let count = 0; count < EVENTS; count += 1) writeSync(fd, `${JSON.stringify(event)}\n`);
    }).finally(() => {
      closeSync(fd);
    });
  };
  const ours = (): Promise<number> => {
    const log = openNdjsonLog(next(), logOptions);
    return milliseconds(() => {
      for (let count = 0; count < EVENTS; count += 1) log.append(writtenEvent);
    }).finally(() => {
      log.close();
    });
  };
  try {
    const measured = await pair(20, bare, ours);
    const each = (value: number): string => `${((value * 1000) / EVENTS).toFixed(2)} µs`;
    return [
      {
        what: `append to NDJSON over writeSync of JSON.stringify, ${Buffer.byteLength(JSON.stringify(event))} bytes`,
        wanted: '≤ 2×',
        measured: `${measured.ratio.toFixed(2)}× (${each(measured.ours)} over ${each(measured.base)})`,
        reached: measured.ratio <= 2,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function sample(path: string): LogEvent {
  const log = openNdjsonLog(path, logOptions);
  const told: LogEvent[] = [];
  log.subscribe((event) => told.push(event));
  log.append(writtenEvent);
  log.close();
  const [event] = told;
  if (event === undefined) throw new Error('the log told nobody');
  return event;
}

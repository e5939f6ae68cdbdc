// What the log costs over the least that writing an event can cost: a JSON.stringify and a write.
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogEvent } from '../src/events/event.ts';
import { openNdjsonLog } from '../src/log/write/ndjson-log.ts';
import type { Figure } from './figures.ts';
import { milliseconds, race } from './measure.ts';
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
  const ours = (listen?: 'follow' | 'subscribe'): Promise<number> => {
    const log = openNdjsonLog(next(), logOptions);
    if (listen !== undefined) log[listen](() => undefined);
    return milliseconds(() => {
      for (let count = 0; count < EVENTS; count += 1) log.append(writtenEvent);
    }).finally(() => {
      log.close();
    });
  };
  try {
    const measured = await race(20, {
      bare,
      ours: () => ours(),
      followed: () => ours('follow'),
      subscribed: () => ours('subscribe'),
    });
    const each = (name: 'bare' | 'ours' | 'followed' | 'subscribed'): string =>
      `${((measured.median(name) * 1000) / EVENTS).toFixed(2)} µs`;
    const over = (name: 'ours' | 'followed' | 'subscribed'): string =>
      `${measured.ratio(name, 'bare').toFixed(2)}× (${each(name)} over ${each('bare')})`;
    const what = `append to NDJSON over writeSync of JSON.stringify, ${Buffer.byteLength(JSON.stringify(event))} bytes`;
    return [
      { what, target: '≤ 2×', measured: over('ours'), reached: measured.ratio('ours', 'bare') <= 2 },
      { what: `${what}, with a fold as follower`, measured: over('followed') },
      { what: `${what}, with a subscriber`, measured: over('subscribed') },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function sample(path: string): LogEvent {
  const log = openNdjsonLog(path, logOptions);
  const received: LogEvent[] = [];
  log.subscribe((event) => received.push(event));
  log.append(writtenEvent);
  log.close();
  const [event] = received;
  if (event === undefined) throw new Error('the log delivered no event');
  return event;
}

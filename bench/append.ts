// What the log costs over the least that writing an event can cost: a JSON.stringify and a write.
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventDraft, LogEvent } from '../src/events/event.ts';
import { systemLogHost } from '../src/log/log-host.ts';
import { openNdjsonLog } from '../src/log/ndjson-log.ts';
import { createRedactor } from '../src/log/redaction.ts';
import type { Figure } from './figures.ts';
import { milliseconds, pair } from './measure.ts';

const EVENTS = 5_000;

const draft: EventDraft = {
  type: 'llm.completed',
  phase: 'workflow',
  node: 'summarise',
  data: {
    call: 1,
    provider: 'anthropic',
    model: 'anthropic/claude-sonnet-4-0',
    response_model: 'claude-sonnet-4-20250514',
    usage: {
      input_tokens: 1250,
      output_tokens: 600,
      total_tokens: 1850,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
    },
    raw_usage: {
      input_tokens: 1250,
      output_tokens: 600,
      cache_read_input_tokens: 0,
      service_tier: 'standard',
    },
    duration_ms: 811.9,
  },
};

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
    const log = openNdjsonLog(next(), options);
    return milliseconds(() => {
      for (let count = 0; count < EVENTS; count += 1) log.append(draft);
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

const options = {
  level: 'trace' as const,
  host: systemLogHost,
  redactor: createRedactor({ env: { OPENAI_API_KEY: 'a-key-that-is-searched-for', HOME: '/home/me' } }),
};

function sample(path: string): LogEvent {
  const log = openNdjsonLog(path, options);
  const event = log.append(draft);
  log.close();
  return event;
}

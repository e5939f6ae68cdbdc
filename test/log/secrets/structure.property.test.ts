// Invariant: whatever a secret is, a log has the same structure and gives the same numbers as without it.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { project } from '../../../projections/fold.ts';
import { createProjections } from '../../../projections/projection-list.ts';
import type { LogEvent } from '../../../src/events/event.ts';
import { payloadShape } from '../../../src/events/payload-shape.ts';
import type { TextShape } from '../../../src/events/text-shape.ts';
import { createRedactor } from '../../../src/log/secrets/redaction.ts';
import { openMemoryLog } from '../../../src/log/write/memory-log.ts';
import { testPricing } from '../../support/test-prices.ts';
import { fakeOptions } from '../fake-host.ts';

const LOGS = ['release-notes', 'summarise-file', 'flaky-api'];
/** Projections whose results are numbers and names, not messages. */
const NUMBERS = createProjections({ pricing: testPricing() }).filter(({ name }) =>
  ['metrics', 'cost', 'partners', 'spend'].includes(name),
);

function readEvents(name: string): readonly LogEvent[] {
  const lines = readFileSync(`fixtures/logs/v1/${name}.ndjson`, 'utf8').trimEnd().split('\n');
  return lines.map((line) => {
    const { crc: _crc, ...event } = JSON.parse(line) as LogEvent & { crc: string };
    return event;
  });
}

/** The events as a log keeps them that knows these secrets. */
function keptWith(events: readonly LogEvent[], secrets: Readonly<Record<string, string>>): LogEvent[] {
  const log = openMemoryLog({ ...fakeOptions(), redactor: createRedactor({ env: secrets }) });
  const kept: LogEvent[] = [];
  log.subscribe((event) => kept.push({ ...event, run: 'one' }));
  for (const { seq: _seq, run: _run, at: _at, ms: _ms, ...draft } of events) log.append(draft);
  return kept;
}

/** Every text that is no content, and every declared key. */
function fixedTexts(value: unknown, shape: TextShape): readonly string[] {
  if (shape === 'content') return [];
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) {
    return value.flatMap((item) =>
      fixedTexts(item, typeof shape === 'object' && 'items' in shape ? shape.items : shape),
    );
  }
  return Object.entries(value).flatMap(([key, member]) => {
    if (shape === 'identifier') return [key, ...fixedTexts(member, shape)];
    if ('items' in shape) return [];
    const own = shape.members.get(key);
    return own === undefined
      ? fixedTexts(member, shape.rest ?? 'content')
      : [key, ...fixedTexts(member, own)];
  });
}

function structureOf(events: readonly LogEvent[]): readonly unknown[] {
  return events.map(({ type, node, phase, data }) => [
    type,
    node,
    phase,
    fixedTexts(data, payloadShape(type)),
  ]);
}

describe.each(LOGS)('of %s', (name) => {
  const events = readEvents(name);
  const plain = keptWith(events, {});
  const words = new Set(
    events.flatMap(({ type, node, data }) => [
      type,
      ...(node === undefined ? [] : [node]),
      ...fixedTexts(data, payloadShape(type)),
    ]),
  );
  const secrets = [...words].filter((word) => word.length >= 6);

  it('no identifier, key or fixed word is replaced, although it is the value of a secret', () => {
    expect(secrets.length).toBeGreaterThan(20);
    for (const secret of secrets) {
      const kept = keptWith(events, { DB_PASSWORD: secret });
      expect({ secret, structure: structureOf(kept) }).toEqual({ secret, structure: structureOf(plain) });
    }
  });

  it('every number stays the same when all of them are secrets', () => {
    const env = Object.fromEntries(secrets.map((secret, index) => [`A${String(index)}_PASSWORD`, secret]));
    const kept = keptWith(events, env);
    for (const projection of NUMBERS) {
      expect(project(projection, kept)).toEqual(project(projection, plain));
    }
  });
});

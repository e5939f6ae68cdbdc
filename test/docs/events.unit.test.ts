import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { cliPage } from '../../scripts/cli-page.ts';
import { eventsPage } from '../../scripts/events-page.ts';
import { EVENT_TYPES, isEventType } from '../../src/events/vocabulary.ts';

const ROOT = resolve(import.meta.dirname, '../..');

test('docs/events.md is up to date with the schemas', () => {
  expect(readFileSync(join(ROOT, 'docs/events.md'), 'utf8')).toBe(eventsPage());
});

test('docs/cli.md is up to date with the commands', async () => {
  expect(readFileSync(join(ROOT, 'docs/cli.md'), 'utf8')).toBe(await cliPage());
});

test('no single flipped bit turns one type into another', () => {
  const types = [...EVENT_TYPES];
  for (const type of types) {
    const bytes = Buffer.from(type);
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const flipped = Buffer.from(bytes);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expect(isEventType(flipped.toString('latin1')), `${type}, bit ${bit}`).toBe(false);
    }
  }
});

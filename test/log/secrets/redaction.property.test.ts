// Invariant: no byte of a log contains a known secret, and redacting a redacted text changes nothing.
import { appended } from '../write/appended.ts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { encodeLine } from '../../../src/log/write/line-encoder.ts';
import { openMemoryLog } from '../../../src/log/write/memory-log.ts';
import { createRedactor } from '../../../src/log/secrets/redaction.ts';
import { fakeOptions } from '../fake-host.ts';

const letters = Array.from('abcXYZ0189+/=-_.~!"\\% é');
const secret = fc
  .string({ unit: fc.constantFrom(...letters), minLength: 8, maxLength: 40 })
  .filter((text) => text.trim().length >= 8 && !/^[\d.\s+-]+$|^[A-Za-z_]+$/.test(text.trim()));
const around = fc.string({ maxLength: 12 });

it('a line contains no known secret, in any encoding and at any depth', () => {
  fc.assert(
    fc.property(secret, around, around, (value, before, after) => {
      const text = before + value.trim() + after;
      const log = openMemoryLog({ ...fakeOptions(), redactor: createRedactor({ env: { A_TOKEN: value } }) });
      const data = {
        text,
        [text]: [{ deep: text }],
        json: JSON.stringify({ text }),
        url: `http://h/${encodeURIComponent(value.trim())}/x`,
        base64: Buffer.from(text).toString('base64'),
        error: new Error(text),
        map: new Map([[text, text]]),
        bearer: `Bearer ${value.trim()}`,
      };
      const line = encodeLine(appended(log, { type: 'x.note', data })).toString();
      const trimmed = value.trim();
      for (const form of [trimmed, JSON.stringify(trimmed).slice(1, -1), encodeURIComponent(trimmed)]) {
        expect(line.replaceAll('<redacted:A_TOKEN>', '').includes(form)).toBe(false);
      }
      expect(line.includes(Buffer.from(trimmed).toString('base64').slice(0, -4))).toBe(false);
    }),
    { numRuns: 200 },
  );
});

it('redacting a redacted text changes nothing', () => {
  const pieces = fc.constantFrom(
    'sk-',
    'ghp_',
    'Bearer ',
    '://a:',
    '@',
    '?token=',
    '&',
    'aB3'.repeat(12),
    ' ',
    '<',
    '>',
    'redacted:',
  );
  const text = fc.array(fc.oneof(pieces, around, secret), { maxLength: 8 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.array(secret, { maxLength: 3 }), text, (secrets, given) => {
      const named = Object.fromEntries(secrets.map((value, index) => [`s${String(index)}`, value]));
      const redactor = createRedactor({ secrets: named });
      const once = redactor.redact(given);
      expect(redactor.redact(once)).toBe(once);
    }),
    { numRuns: 300 },
  );
});

it('a text without secrets stays unchanged', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...Array.from('abcdefgh ,.\n')), maxLength: 200 }),
      (text) => {
        expect(createRedactor({ env: { A_TOKEN: 'zzzzzzzz' } }).redact(text)).toBe(text);
      },
    ),
    { numRuns: 100 },
  );
});

it('no part of a known secret is left where a text was truncated', () => {
  const fragments = (value: string): readonly string[] =>
    Array.from({ length: value.length - 7 }, (_, at) => value.slice(at, at + 8));
  fc.assert(
    fc.property(secret, around, around, fc.nat(), (value, before, after, where) => {
      const trimmed = value.trim();
      const redactor = createRedactor({ secrets: { s: value } });
      const text = `${before}${trimmed}${after}`;
      const at = where % text.length;
      for (const cut of [`${text.slice(0, at)}…`, `…${text.slice(at)}`, `a … ${text.slice(0, at)}… b`]) {
        const shown = redactor.redact(cut);
        const plain = `${before} ${after}`;
        expect(fragments(trimmed).filter((one) => shown.includes(one) && !plain.includes(one))).toEqual([]);
        expect(redactor.redact(shown)).toBe(shown);
      }
    }),
    { numRuns: 300 },
  );
});

it('no part of a secret is left where the log cuts a value', () => {
  const value = 'correct-horse-battery-staple';
  for (const before of [0, 1, 9, 20, 27]) {
    const options = { ...fakeOptions(), redactor: createRedactor({ secrets: { s: value } }) };
    const long = 'x'.repeat(before) + value.repeat(60_000);
    const line = encodeLine(appended(openMemoryLog(options), { type: 'x.note', data: { long } })).toString();
    expect(line).not.toMatch(/correct|horse|batter|staple/u);
    expect(line).toContain(`<cut: ${String(long.length)} bytes>`);
  }
});

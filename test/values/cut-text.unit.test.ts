// Tests that a text is cut in whole characters, and that the cut is marked.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRedactor } from '../../src/log/secrets/redaction.ts';
import { redactCut, tailOf } from '../../src/values/cut-text.ts';

test('the end of a text has whole characters, fits, and is marked where the text is longer', () => {
  const character = fc.constantFrom('a', 'é', '€', '🌍', '\n');
  fc.assert(
    fc.property(fc.array(character), fc.integer({ min: 4, max: 40 }), (characters, bytes) => {
      const text = characters.join('');
      const tail = tailOf(text, { bytes });
      if (Buffer.byteLength(text) <= bytes) expect(tail).toBe(text);
      else {
        expect(tail.startsWith('…')).toBe(true);
        const end = tail.slice(1);
        expect(characters.slice(characters.length - Array.from(end).length).join('')).toBe(end);
        const size = Buffer.byteLength(end);
        expect(size).toBeLessThanOrEqual(bytes);
        expect(size).toBeGreaterThan(bytes - 4);
      }
    }),
  );
});

test('the last lines of a text are marked too', () => {
  expect(tailOf('a\nb\nc', { bytes: 100, lines: 2 })).toBe('…b\nc');
  expect(tailOf('a\nb\nc', { bytes: 100, lines: 3 })).toBe('a\nb\nc');
});

test('the beginning of a secret at a cut is redacted, and the mark leaves no trace', () => {
  const redactor = createRedactor({ secrets: { PW: 'hunter2-and-more' } });
  const redact = (text: string): string => redactor.redact(text);
  expect(redactCut('It is hunter2-a', redact)).toBe('It is <redacted:PW>');
  expect(redactCut('It is', redact)).toBe('It is');
});

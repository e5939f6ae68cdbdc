// Invariant: a secret is found among other numbers, in whatever way its bytes are written.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRedactor } from '../../../src/log/secrets/redaction.ts';

const hex = (byte: number): string => byte.toString(16).padStart(2, '0');
const pairsOf = (bytes: readonly number[], size: number): readonly string[] =>
  bytes.flatMap((_, at) =>
    at % size === 0
      ? [
          bytes
            .slice(at, at + size)
            .map(hex)
            .join(''),
        ]
      : [],
  );

type Way = (bytes: readonly number[]) => readonly string[];

const WAYS: Readonly<Record<string, Way>> = {
  'hexadecimal digits': (bytes) => bytes.map(hex),
  'capital hexadecimal digits': (bytes) => bytes.map((byte) => hex(byte).toUpperCase()),
  'hexadecimal digits with a prefix': (bytes) => bytes.map((byte) => `0x${hex(byte)}`),
  'two bytes in a number': (bytes) => pairsOf(bytes, 2),
  'four bytes in a number': (bytes) => pairsOf(bytes, 4),
  'wide bytes': (bytes) => bytes.flatMap((byte) => [hex(byte), '00']),
  'wide bytes in a number': (bytes) => bytes.map((byte) => `00${hex(byte)}`),
  'decimal numbers': (bytes) => bytes.map(String),
  'octal numbers': (bytes) => bytes.map((byte) => byte.toString(8).padStart(3, '0')),
  'binary numbers': (bytes) => bytes.map((byte) => byte.toString(2).padStart(8, '0')),
};

const letter = fc.integer({ min: 0x21, max: 0x7e });
const noise = fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 80 });

it.each(Object.entries(WAYS))('a secret is found among bytes, written as %s', (_, write) => {
  fc.assert(
    fc.property(
      fc.array(fc.array(letter, { minLength: 6, maxLength: 40 }), { minLength: 1, maxLength: 3 }),
      fc.constantFrom(' ', ', ', ',\n  ', ' : '),
      fc.tuple(noise, noise),
      (secrets, separator, [before, after]) => {
        const values = secrets.map((bytes) => Buffer.from(bytes).toString());
        const redactor = createRedactor({ secrets: Object.fromEntries(values.entries()) });
        const list = write(secrets[0] ?? []).join(separator);
        const around = [before, after].map((bytes) => bytes.map(String).join(separator));
        const text = `[${around[0] ?? ''}] ${list} [${around[1] ?? ''}]`;
        const digits = list.replaceAll(/^0x|^(?:00)+/g, '');
        expect(redactor.redact(text)).not.toContain(digits);
      },
    ),
  );
});

it('a secret is found between long rows of zeros', () => {
  const redactor = createRedactor({ secrets: { KEY: 'sk-Zx81Qw0pLm4' } });
  const zeros = '00 '.repeat(5_000);
  const list = [...Buffer.from('sk-Zx81Qw0pLm4')].map(hex).join(' ');
  expect(redactor.redact(`${zeros}${list} ${zeros}`)).toBe(`${zeros}<redacted:KEY> ${zeros}`);
});

it('every place of a secret is found in a text that repeats it', () => {
  const redactor = createRedactor({ secrets: { KEY: 'abcabcabc' } });
  const list = [...Buffer.from('abcabcabc'.repeat(1_500))].map(hex).join(' ');
  expect(redactor.redact(list)).toBe(Array.from({ length: 1_500 }, () => '<redacted:KEY>').join(' '));
});

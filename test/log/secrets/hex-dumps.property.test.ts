// Invariant: in a dump with offsets and a column of text, no line shows a part of a secret.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRedactor } from '../../../src/log/secrets/redaction.ts';

const TOKEN = 'Qx7-correct-horse-zZ19-battery';

interface DumpFormat {
  readonly size: number;
  readonly line: (offset: number, groups: readonly string[], text: string) => string;
}

const offsetOf = (offset: number, digits: number): string => offset.toString(16).padStart(digits, '0');

const FORMATS: Readonly<Record<string, DumpFormat>> = {
  'hexdump -C': {
    size: 1,
    line: (offset, groups, text) =>
      `${offsetOf(offset, 8)}  ${`${groups.slice(0, 8).join(' ')}  ${groups.slice(8).join(' ')}`.padEnd(48)}  |${text}|`,
  },
  xxd: {
    size: 2,
    line: (offset, groups, text) => `${offsetOf(offset, 8)}: ${groups.join(' ').padEnd(39)}  ${text}`,
  },
  'od -A x -t x1z': {
    size: 1,
    line: (offset, groups, text) => `${offsetOf(offset, 6)} ${groups.join(' ').padEnd(47)}  >${text}<`,
  },
};

function dump(bytes: Buffer, { size, line }: DumpFormat, from = 0): string {
  const lines: string[] = [];
  for (let offset = 0; offset < bytes.length; offset += 16) {
    const part = bytes.subarray(offset, offset + 16);
    const groups = part.toString('hex').match(new RegExp(`.{1,${String(2 * size)}}`, 'g')) ?? [];
    lines.push(line(from + offset, groups, part.toString('latin1').replaceAll(/[^ -~]/g, '.')));
  }
  return lines.join('\n');
}

it.each(Object.entries(FORMATS))('in the format of %s', (_, format) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ maxLength: 40 }), (before, after) => {
      const text = dump(Buffer.concat([before, Buffer.from(TOKEN), after]), format);
      const redacted = createRedactor({ secrets: { KEY: TOKEN } }).redact(text);
      expect(redacted).toContain('<redacted:KEY>');
      for (let at = 0; at + 4 <= TOKEN.length; at += 1)
        expect(redacted).not.toContain(TOKEN.slice(at, at + 4));
      expect(redacted.split('\n')).toHaveLength(text.split('\n').length);
    }),
  );
});

it('behind the asterisk for lines of zeros, whatever the offset', () => {
  const format = FORMATS['hexdump -C'] as DumpFormat;
  const zeros = dump(Buffer.alloc(32), format);
  const text = `${zeros}\n*\n${dump(Buffer.from(`key ${TOKEN}`), format, 0x1a000000)}`;
  const redacted = createRedactor({ secrets: { KEY: TOKEN } }).redact(text);
  for (let at = 0; at + 4 <= TOKEN.length; at += 1) expect(redacted).not.toContain(TOKEN.slice(at, at + 4));
});

it('in a long dump', () => {
  const text = dump(
    Buffer.concat([Buffer.alloc(200_000, 'ab'), Buffer.from(TOKEN)]),
    FORMATS['xxd'] as DumpFormat,
  );
  const redacted = createRedactor({ secrets: { KEY: TOKEN } }).redact(text);
  expect(redacted.length).toBeGreaterThan(800_000);
  for (let at = 0; at + 4 <= TOKEN.length; at += 1) expect(redacted).not.toContain(TOKEN.slice(at, at + 4));
});

it('and other lines stay as they are', () => {
  const xxd = FORMATS['xxd'] as DumpFormat;
  const redactor = createRedactor({ secrets: { KEY: TOKEN } });
  const lines = dump(Buffer.from(`the first line: ${TOKEN}, t line`), xxd);
  expect(redactor.redact(`a\n${lines}\nb`)).toBe(
    [
      'a',
      '00000000: 7468 6520 6669 7273 7420 6c69 6e65 3a20  the first line: ',
      '00000010: <redacted:KEY>',
      '00000020: <redacted:KEY>',
      '00000030: 7420 6c69 6e65                           t line',
      'b',
    ].join('\n'),
  );
  const other = dump(Buffer.from('nothing but a text that is of no interest, in several lines'), xxd);
  expect(redactor.redact(other)).toBe(other);
});

// Law: for every JSON text, reading and writing it keeps each integer digit by digit, and changes nothing else.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exactJsonText, JsonNumberError, parseExactJson } from '../../src/values/exact-json.ts';

const integer = fc.oneof(
  fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }),
  fc.bigInt({ min: 2n ** 53n - 3n, max: 2n ** 53n + 3n }),
  fc.integer().map(BigInt),
);
const text = fc.oneof(
  fc.string(),
  fc.constantFrom(
    'pflow-integer-0:12',
    'pflow-integer-1:9007199254740993',
    '9007199254740993',
    '\\"',
    '\\',
    '1e400',
  ),
);

/** JSON texts from pieces, so that the expected integers are known without a parser. */
const jsonText = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    integer.map(String),
    text.map((one) => JSON.stringify(one)),
    // The same string with its first letter as an escape.
    text.map((one) =>
      JSON.stringify(one).replace(
        /^"([a-z])/u,
        (_all, letter: string) => `"\\u00${letter.charCodeAt(0).toString(16)}`,
      ),
    ),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((one) => JSON.stringify(one)),
    fc.constantFrom('true', 'false', 'null', '[]', '{}'),
    fc.array(tie('value'), { maxLength: 4 }).map((items) => `[${items.join(',')}]`),
    fc
      .uniqueArray(fc.tuple(fc.oneof(text, fc.constant('__proto__')), tie('value')), {
        maxLength: 4,
        selector: ([key]) => key,
      })
      .map((members) => `{${members.map(([key, value]) => `${JSON.stringify(key)}: ${value}`).join(', ')}}`),
  ),
})).value;

function integersIn(value: unknown): string[] {
  if (typeof value === 'bigint') return [String(value)];
  if (typeof value === 'number') return [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(integersIn);
}

function asNumbers(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(asNumbers);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, asNumbers(member)]));
}

describe('the exact JSON reader', () => {
  test('differs from JSON.parse only in integers that a number would change', () => {
    fc.assert(
      fc.property(jsonText, (json) => {
        const exact = parseExactJson(json);
        expect(asNumbers(exact)).toEqual(asNumbers(JSON.parse(json)));
        for (const digits of integersIn(exact)) expect(String(Number(digits))).not.toBe(digits);
      }),
      { numRuns: 1000 },
    );
  });

  test('gives back the text that was written from it', () => {
    fc.assert(
      fc.property(jsonText, (json) => {
        const written = exactJsonText(parseExactJson(json)) ?? '';
        expect(exactJsonText(parseExactJson(written))).toBe(written);
      }),
      { numRuns: 1000 },
    );
  });

  test('keeps every digit of a list of integers', () => {
    fc.assert(
      fc.property(fc.array(integer), (integers) => {
        const json = `[${integers.join(',')}]`;
        const large = integers.filter((one) => String(Number(one)) !== String(one));
        expect(integersIn(parseExactJson(json))).toEqual(large.map(String));
        if (integers.every((one) => one > -(10n ** 21n) && one < 10n ** 21n))
          expect(exactJsonText(parseExactJson(json))).toBe(json);
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ['1E2', 100],
    ['1.0', 1],
    ['-0', -0],
    ['1e20', 100_000_000_000_000_000_000],
    ['1e23', 1e23],
    ['9007199254740993.0', 9_007_199_254_740_993n],
    ['9007199254740993e0', 9_007_199_254_740_993n],
    ['-900719925474099.3E+1', -9_007_199_254_740_993n],
    ['9.007199254740993e15', 9_007_199_254_740_993n],
    ['90071992547409930e-1', 9_007_199_254_740_993n],
    ['1.2345678901234567890e19', 12_345_678_901_234_567_890n],
    ['9007199254740992.0', 9_007_199_254_740_992],
    ['0.12345678901234567', 0.123_456_789_012_345_67],
    ['12345678901234567.5', 12_345_678_901_234_567.5],
    ['1.7976931348623157e308', Number.MAX_VALUE],
    ['0.0000000000000000e999999999', 0],
  ])('keeps the value of %s', (json, value) => {
    expect(parseExactJson(json)).toBe(value);
    expect(parseExactJson(`{"a": [9007199254740995, ${json}]}`)).toEqual({ a: [9007199254740995n, value] });
  });

  test('keeps the value of an integer however it is written', () => {
    const written = fc.tuple(integer, fc.nat({ max: 30 }), fc.boolean()).map(([value, shift, isUpper]) => {
      const digits = String(value)
        .replace('-', '')
        .padStart(shift + 1, '0');
      const at = digits.length - shift;
      const fraction = shift === 0 ? '' : `.${digits.slice(at)}`;
      const literal = `${value < 0n ? '-' : ''}${digits.slice(0, at)}${fraction}${isUpper ? 'E+' : 'e'}${String(shift)}`;
      return { value, literal: literal.replace(/^(-?)0+(?=\d)/u, '$1') };
    });
    fc.assert(
      fc.property(written, ({ value, literal }) => {
        const read = parseExactJson(literal);
        if (typeof read === 'bigint') expect(read).toBe(value);
        // A number prints the digits of the value.
        else expect(Number(read)).toBe(Number(value));
        if (typeof read === 'number' && Math.abs(read) < 1e21) expect(BigInt(read)).toBe(value);
      }),
      { numRuns: 1000 },
    );
  });

  test.each(['1e400', '-1E+999', `${'9'.repeat(400)}.5`, '[1, {"a": 1e309}]'])('refuses %s', (json) => {
    expect(() => parseExactJson(json)).toThrow(JsonNumberError);
  });

  test.each(['1e308', '1e-400', '"1e400"', '{"1e400": 1}', '"\\"1e400"'])('accepts %s', (json) => {
    expect(parseExactJson(json)).toEqual(JSON.parse(json));
  });

  test('throws the error of JSON.parse for a text that is not JSON', () => {
    expect(() => parseExactJson('{"id": 9007199254740993,}')).toThrow(SyntaxError);
  });

  test('reads a text that is nested deeper than the stack', () => {
    const json = `${'['.repeat(50_000)}9007199254740993${']'.repeat(50_000)}`;
    let value = parseExactJson(json);
    while (Array.isArray(value)) [value] = value as unknown[];
    expect(value).toBe(9007199254740993n);
  });
});

describe('the exact JSON writer', () => {
  test('names a value that is nested deeper than the stack', () => {
    const text = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    for (const indent of [undefined, 2]) {
      expect(() => exactJsonText(parseExactJson(text), indent)).toThrow(
        'it is nested too deeply to be written as JSON',
      );
    }
  });

  test('writes a BigInt as its digits, also beside texts that look like a placeholder', () => {
    const value = { id: 9007199254740993n, text: 'pflow-integer-0:1', 'pflow-integer-1:2': [-1n] };
    expect(exactJsonText(value)).toBe(
      '{"id":9007199254740993,"text":"pflow-integer-0:1","pflow-integer-1:2":[-1]}',
    );
  });

  test.each([Number.NaN, Infinity, -Infinity])(
    'refuses %s, which JSON.stringify would write as null',
    (value) => {
      expect(() => exactJsonText({ value })).toThrow(TypeError);
    },
  );
});

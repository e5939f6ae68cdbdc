import { describe, expect, it } from 'vitest';
import { coerceValue } from '../../src/workflow/coerce-value.ts';
import type { ValueType } from '../../src/workflow/schema.ts';

describe('exact conversions to the declared type', () => {
  const table: [unknown, ValueType, unknown][] = [
    ['42', 'string', '42'],
    [42, 'string', '42'],
    [true, 'string', 'true'],
    ['42', 'number', 42],
    [' 1e3\n', 'number', 1000],
    ['007', 'integer', 7],
    ['-.5', 'number', -0.5],
    [4, 'integer', 4],
    ['4.0', 'integer', 4],
    ['true', 'boolean', true],
    ['false\n', 'boolean', false],
    ['True', 'boolean', true],
    ['YES', 'boolean', true],
    ['1', 'boolean', true],
    ['No\r\n', 'boolean', false],
    ['0', 'boolean', false],
    ['9007199254740993', 'integer', 9007199254740993n],
    ['-9007199254740993', 'number', -9007199254740993n],
    ['+012345678901234567890', 'integer', 12345678901234567890n],
    ['9007199254740992', 'number', 9007199254740992],
    ['100000000000000000000', 'integer', 100000000000000000000],
    [9007199254740993n, 'integer', 9007199254740993n],
    [9007199254740993n, 'number', 9007199254740993n],
    [9007199254740993n, 'string', '9007199254740993'],
    ['9007199254740993.0', 'number', 9007199254740993n],
    ['+9007199254740993.', 'integer', 9007199254740993n],
    ['-09007199254740993e0', 'integer', -9007199254740993n],
    ['90071992547409930e-1', 'integer', 9007199254740993n],
    ['1e20', 'integer', 100000000000000000000],
    ['9007199254740993.5', 'number', 9007199254740994],
    ['{"id":9007199254740993}', 'object', { id: 9007199254740993n }],
    ['\uFEFF[1]', 'array', [1]],
    ['{"a":1}', 'object', { a: 1 }],
    ['[1]', 'array', [1]],
    [{ a: 1 }, 'object', { a: 1 }],
    [[], 'array', []],
  ];
  it.each(table)('%s is converted to %s', (value, type, result) => {
    expect(coerceValue(value, type)).toStrictEqual(result);
  });
});

describe('values that are not converted', () => {
  const table: [unknown, ValueType][] = [
    [{ a: 1 }, 'string'],
    [null, 'string'],
    ['', 'number'],
    ['1,5', 'number'],
    ['0x10', 'number'],
    [Number.NaN, 'number'],
    ['4.5', 'integer'],
    [4.5, 'integer'],
    ['9007199254740993.5', 'integer'],
    ['oui', 'boolean'],
    ['2', 'boolean'],
    [1, 'boolean'],
    ['[1]', 'object'],
    ['{}', 'array'],
    ['{', 'object'],
    [[], 'object'],
    [null, 'object'],
  ];
  it.each(table)('%j is not converted to %s', (value, type) => {
    expect(coerceValue(value, type)).toBe(undefined);
  });
});

it.each([
  ['1e400', 'number'],
  ['-1.5E+400', 'integer'],
  ['[1e400]', 'array'],
] as const)('%j is too large to be kept as %s', (text, type) => {
  expect(() => coerceValue(text, type)).toThrow('is too large to be kept exactly');
});

it('the time to read a number grows with its length only', () => {
  const timeOf = (length: number): number => {
    const text = `${'1'.repeat(length)}x`;
    const start = process.cpuUsage();
    for (let round = 0; round < 20; round += 1) expect(coerceValue(text, 'number')).toBe(undefined);
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1_000;
  };
  timeOf(1_000);
  // A quadratic pattern takes 400 times as long for 20 times the length.
  expect(timeOf(100_000)).toBeLessThan(100 * (timeOf(5_000) + 1));
});

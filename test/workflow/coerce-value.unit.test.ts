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
    ['{"a":1}', 'object', { a: 1 }],
    ['[1]', 'array', [1]],
    [{ a: 1 }, 'object', { a: 1 }],
    [[], 'array', []],
  ];
  it.each(table)('%j is converted to %s', (value, type, result) => {
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
    ['1e400', 'number'],
    [Number.NaN, 'number'],
    ['4.5', 'integer'],
    [4.5, 'integer'],
    ['12345678901234567890', 'integer'],
    ['yes', 'boolean'],
    ['1', 'boolean'],
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

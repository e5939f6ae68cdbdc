import { describe, expect, it } from 'vitest';
import { inferValue, parseContainer } from '../../src/workflow/infer-value.ts';

describe('the inferred value of key=value', () => {
  const table: [string, unknown][] = [
    ['true', true],
    ['false', false],
    ['True', 'True'],
    ['42', 42],
    ['-1.5', -1.5],
    ['0', 0],
    ['007', '007'],
    ['1.10', '1.10'],
    ['1e5', '1e5'],
    ['-0', '-0'],
    ['+1', '+1'],
    [' 1', ' 1'],
    ['12345678901234567890', 12345678901234567890n],
    ['-9007199254740993', -9007199254740993n],
    ['012345678901234567890', '012345678901234567890'],
    ['{"id": 9007199254740993}', { id: 9007199254740993n }],
    ['Infinity', 'Infinity'],
    ['NaN', 'NaN'],
    ['0x10', '0x10'],
    ['null', 'null'],
    ['', ''],
    ['{"a": 1}', { a: 1 }],
    [' [1, "x"]', [1, 'x']],
    ['[1,', '[1,'],
    ['"text"', '"text"'],
    ['two words', 'two words'],
  ];
  it.each(table)('%s', (text, value) => {
    expect(inferValue(text)).toStrictEqual(value);
  });
});

it('parseContainer parses only objects and arrays', () => {
  expect(['{"a":1}', '[]', '1', '"x"', 'null', '{', ''].map(parseContainer)).toEqual([
    { a: 1 },
    [],
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

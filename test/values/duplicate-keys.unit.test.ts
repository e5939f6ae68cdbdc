import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findDuplicateKeys } from '../../src/values/duplicate-keys.ts';

describe('duplicate keys', () => {
  test.each([
    ['{"a": 1, "a": 2}', [{ key: 'a', path: '', first: 1, second: 9 }]],
    ['{"a": 1, "\\u0061": 2}', [{ key: 'a', path: '', first: 1, second: 9 }]],
    ['{"n": [{}, {"p": {"x": 1, "y": [], "x": {}}}]}', [{ key: 'x', path: 'n[1].p', first: 18, second: 35 }]],
    ['[{"a": 1}, {"a": 1}]', []],
    ['{"a": {"a": 1}, "b": {"a": 1}}', []],
    ['{"a": "a", "b": "a"}', []],
    ['{"a\\"": 1, "a": 2}', []],
    ['{"": 1, "": 2}', [{ key: '', path: '', first: 1, second: 8 }]],
    ['{"__proto__": 1, "__proto__": 2}', [{ key: '__proto__', path: '', first: 1, second: 17 }]],
    ['"{\\"a\\": 1, \\"a\\": 2}"', []],
  ])('in %s', (text, expected) => {
    expect(findDuplicateKeys(text)).toEqual(expected);
  });

  test('a text that JSON.stringify wrote has no duplicate keys', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), (text) => {
        // fc.json may repeat a key; what is written from the parsed value cannot.
        expect(findDuplicateKeys(JSON.stringify(JSON.parse(text), undefined, 1))).toEqual([]);
      }),
    );
  });
});

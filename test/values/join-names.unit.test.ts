import { expect, test } from 'vitest';
import { joinNames } from '../../src/values/join-names.ts';

test('names are listed, many of them in part', () => {
  const many = Array.from({ length: 42 }, (_, index) => `n${String(index)}`);
  expect(joinNames(['a', 'b'])).toBe('a, b');
  expect(joinNames([])).toBe('nothing');
  expect(joinNames([], 'no members')).toBe('no members');
  expect(joinNames(many)).toBe(`${many.slice(0, 40).join(', ')} and 2 more`);
  expect(joinNames(['x'.repeat(101)])).toBe(`${'x'.repeat(100)}…`);
});

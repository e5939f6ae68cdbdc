import { expect, test } from 'vitest';
import fc from 'fast-check';
import { slug } from '../../src/values/slug.ts';

test.each([
  ['Summarise File!', 'summarise-file'],
  ['  --Two  words--  ', 'two-words'],
  ['Résumé of notes', 'resume-of-notes'],
  ['v1.2_final', 'v1-2-final'],
])('%j becomes %s', (text, name) => {
  expect(slug(text, { maxLength: 50 })).toBe(name);
});

test('kept characters stay inside a name, and are dropped at its ends', () => {
  expect(slug('.v1.2_final_', { maxLength: 50, kept: '._' })).toBe('v1.2_final');
});

test('a long name is cut at a dash, and inside a word only when it has no dash', () => {
  expect(slug('one two three', { maxLength: 8 })).toBe('one-two');
  expect(slug('one two three', { maxLength: 7 })).toBe('one-two');
  expect(slug('onetwothree', { maxLength: 7 })).toBe('onetwot');
});

test('a text without Latin letters or digits has no name', () => {
  expect(slug('要約', { maxLength: 50 })).toBeUndefined();
  expect(slug('', { maxLength: 50 })).toBeUndefined();
});

test('every name is short enough, has only allowed characters, and becomes itself', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 60 }), (text, longest) => {
      const name = slug(text, { maxLength: longest });
      if (name === undefined) return;
      expect(name.length).toBeLessThanOrEqual(longest);
      expect(name).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/u);
      expect(slug(name, { maxLength: longest })).toBe(name);
    }),
  );
});

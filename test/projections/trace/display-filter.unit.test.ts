import { expect, test } from 'vitest';
import { createDisplayFilter, truncate, isShownKey } from '../../../projections/trace/display-filter.ts';

test('1,000 characters stay whole, 1,001 are marked as truncated', () => {
  const filter = createDisplayFilter();
  expect(filter('x'.repeat(1_000))).toBe('x'.repeat(1_000));
  expect(filter('x'.repeat(1_001))).toBe(`${'x'.repeat(1_000)}... [truncated]`);
});

test('truncation never splits a character', () => {
  expect(truncate('ab😀cd', 3)).toBe('ab... [truncated]');
  expect(truncate('ab😀cd', 4)).toBe('ab😀... [truncated]');
});

test('system keys are hidden, except two that are shown', () => {
  const keys = ['topic', '_own', '__llm_calls__', '__metrics__', '__x__', '__proto__'];
  expect(keys.filter(isShownKey)).toEqual(['topic', '_own', '__llm_calls__', '__metrics__']);
});

test('the value is not changed, hostile keys stay, and depth is limited', () => {
  const filter = createDisplayFilter(3);
  const value = Object.freeze(JSON.parse('{"__proto__":{"text":"long"},"list":["long",1,null]}') as object);
  expect(JSON.stringify(filter(value))).toBe(
    '{"__proto__":{"text":"lon... [truncated]"},"list":["lon... [truncated]",1,null]}',
  );
  let deep: unknown = 'bottom';
  for (let level = 0; level < 100_000; level += 1) deep = { deep };
  expect(JSON.stringify(createDisplayFilter()(deep))).toContain('<nested deeper than 200 levels>');
});

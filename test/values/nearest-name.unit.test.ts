import { describe, expect, it } from 'vitest';
import { findNearestName } from '../../src/values/nearest-name.ts';

describe('the nearest name', () => {
  const names = ['content', 'file_path', 'prompt', 'read-file', 'id', 'b'];
  const table: [string, string | undefined][] = [
    ['contents', 'content'],
    ['cotnent', 'content'],
    ['CONTENT', 'content'],
    ['filepath', 'file_path'],
    ['read_file', 'read-file'],
    ['promt', 'prompt'],
    ['di', 'id'],
    ['x', undefined],
    ['xy', undefined],
    ['something', undefined],
    ['', undefined],
    ['c'.repeat(65), undefined],
  ];
  it.each(table)('%s', (name, meant) => {
    expect(findNearestName(name, names)).toBe(meant);
  });

  it.each([
    ['max_cost', ['max_cost_usd', 'nodes'], 'max_cost_usd'],
    ['Max-Cost', ['max_cost_usd', 'nodes'], 'max_cost_usd'],
    ['fail', ['success', 'failed'], 'failed'],
    ['work', ['worker', 'workflow'], undefined],
    ['fa', ['failed'], undefined],
    ['workers', ['work'], undefined],
  ])('of "%s", %j: the only one that begins with it', (name, candidates, meant) => {
    expect(findNearestName(name, candidates)).toBe(meant);
  });

  it('of thousands is one with the same first letter', () => {
    const many = Array.from({ length: 3000 }, (_, index) => `n${String(index)}`);
    expect(findNearestName('reponse', [...many, 'response'])).toBe('response');
    expect(findNearestName('xesponse', [...many, 'response'])).toBe(undefined);
    expect(findNearestName('xesponse', [...many.slice(0, 99), 'response'])).toBe('response');
  });

  it('is the first of equally near ones', () => {
    expect(findNearestName('cat', ['bat', 'hat'])).toBe('bat');
  });

  it('is the nearest one, even if another comes first', () => {
    expect(findNearestName('response', ['respond', 'responses'])).toBe('responses');
  });

  it('is never the name itself', () => {
    expect(findNearestName('same', ['same'])).toBe(undefined);
  });
});

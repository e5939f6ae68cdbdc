import { describe, expect, test } from 'vitest';
import { PflowError } from '../../src/errors.ts';
import { present } from '../../src/values/present.ts';

describe('present', () => {
  test('leaves out members that are undefined and keeps every other falsy value', () => {
    const value = present({ a: undefined, b: null, c: 0, d: '', e: false });
    expect(Object.entries(value)).toEqual([
      ['b', null],
      ['c', 0],
      ['d', ''],
      ['e', false],
    ]);
  });

  test('makes members optional that may be undefined', () => {
    const maybe = undefined as string | undefined;
    const value: { readonly a: number; readonly b?: string } = present({ a: 1, b: maybe });
    expect('b' in value).toBe(false);
  });
});

describe('PflowError.with', () => {
  const original = new PflowError('FILE_NOT_FOUND', 'gone', {
    hint: 'old hint',
    node_id: 'a',
    path: 'p',
    details: ['one'],
  });

  test('replaces what is given and keeps the rest', () => {
    const copy = original.with({ hint: 'new hint' });
    expect(copy).toMatchObject({ code: 'FILE_NOT_FOUND', message: 'gone', node_id: 'a', path: 'p' });
    expect(copy.hint).toBe('new hint');
    expect(copy.details).toEqual(['one']);
  });

  test('replaces code and message, and names the original as its cause', () => {
    const copy = original.with({ code: 'USAGE', message: 'other' });
    expect([copy.code, copy.message, copy.cause]).toEqual(['USAGE', 'other', original]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PflowError } from '../../../src/errors.ts';
import { createLayeredScope } from '../../../src/workflow/templates/scope.ts';
import { resolveValue } from '../../../src/workflow/templates/resolve-value.ts';

function resolve(template: unknown, x: unknown): unknown {
  return resolveValue(template, createLayeredScope({ x })).value;
}

function errorOf(x: string): PflowError {
  try {
    resolve('${x | json}', x);
  } catch (error) {
    if (error instanceof PflowError) return error;
  }
  throw new Error('no PflowError');
}

describe('the filter json', () => {
  it('gives the value of every JSON text, alone and inside an object', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        const expected: unknown = JSON.parse(text);
        expect(resolve('${x | json}', text)).toEqual(expected);
        expect(resolve({ a: ['${x | json}'] }, text)).toEqual({ a: [expected] });
        expect(resolve({ a: ['${x}'] }, text)).toEqual({ a: [text] });
      }),
    );
  });

  it('keeps long integers, and reads one fenced block and a byte order mark', () => {
    expect(resolve('${x | json}', '{"id": 9007199254740993}')).toEqual({ id: 9007199254740993n });
    expect(resolve('${x | json}', '```json\n{"a": 1}\n```\n')).toEqual({ a: 1 });
    expect(resolve('${x | json}', '\uFEFF[1]')).toEqual([1]);
    expect(resolve('is ${x | json}', ' [1, 2] ')).toBe('is [1,2]');
  });

  it.each([[1], [null], [{ a: 1 }], [9007199254740993n]])(
    'leaves a value that is not text as it is: %s',
    (value) => {
      expect(resolve('${x | json}', value)).toBe(value);
    },
  );

  it('is applied to the operand that was chosen', () => {
    const scope = createLayeredScope({ b: '[1]' });
    expect(resolveValue('${a ?? b | json}', scope).value).toEqual([1]);
    expect(resolveValue('${a ?? "[2]" | json}', scope).value).toEqual([2]);
  });

  it.each([
    ['{"a": 1,}', 'a comma before "}" ("," at line 1, column 8)'],
    ['{\n  "a": nope\n}', '"nope" is not a JSON value ("n" at line 2, column 8)'],
    ['', 'it is empty (line 1, column 1)'],
    ['[1', 'it ends before its "]" (line 1, column 3)'],
  ])('names the first bad character of %j', (text, reason) => {
    const { code, message } = errorOf(text);
    expect({ code, message }).toEqual({
      code: 'TEMPLATE_UNRESOLVED',
      message: `\${x | json} cannot be read: it is not JSON: ${reason}`,
    });
  });

  it('refuses a number that is too large', () => {
    expect(errorOf('{"n": 1e400}').message).toBe(
      '${x | json} cannot be read: the number 1e400 is too large to be kept exactly',
    );
  });
});

import { describe, expect, it } from 'vitest';
import { PflowError } from '../../src/errors.ts';
import { prepareInputs, type InputSources, type PreparedInputs } from '../../src/workflow/prepare-inputs.ts';
import type { InputSpec } from '../../src/workflow/schema.ts';

type Specs = Record<string, InputSpec>;

function prepare(inputs: Specs, sources: Partial<InputSources> = {}): PreparedInputs {
  return prepareInputs({ inputs }, { given: {}, env: {}, ...sources });
}

function errorOf(inputs: Specs, sources: Partial<InputSources> = {}): Record<string, unknown> {
  try {
    prepare(inputs, sources);
  } catch (error) {
    if (error instanceof PflowError) {
      return {
        code: error.code,
        message: error.message,
        ...(error.details.length > 0 && { details: error.details }),
      };
    }
  }
  throw new Error('no PflowError');
}

describe('the source of a value', () => {
  const spec: Specs = { x: { type: 'string', stdin: true, default: 'default' } };
  const all = { given: { x: 'given' }, stdin: 'piped', env: { x: 'environment' } };
  const table: [string, Partial<InputSources>, string][] = [
    ['given', all, 'given'],
    ['stdin', { ...all, given: {} }, 'piped'],
    ['environment', { env: all.env }, 'environment'],
    ['default', {}, 'default'],
  ];
  it.each(table)('%s', (origin, sources, value) => {
    expect(prepare(spec, sources)).toEqual({ values: { x: value }, origins: { x: origin }, secrets: [] });
  });

  it('an optional input without a default is null', () => {
    expect(prepare({ x: { type: 'number', required: false } })).toEqual({
      values: { x: null },
      origins: { x: 'none' },
      secrets: [],
    });
  });

  it('empty stdin is the empty text, and absent for an input that takes no text', () => {
    expect(prepare(spec, { stdin: '' }).values).toEqual({ x: '' });
    expect(prepare({ x: { stdin: true } }, { stdin: '' }).values).toEqual({ x: '' });
    const number: Specs = { x: { type: 'number', stdin: true, default: 5 } };
    expect(prepare(number, { stdin: '' }).values).toEqual({ x: 5 });
  });

  it('exactly one newline at the end of stdin is dropped', () => {
    expect(prepare(spec, { stdin: 'a\n\n' }).values).toEqual({ x: 'a\n' });
    expect(prepare(spec, { stdin: 'a\r\n' }).values).toEqual({ x: 'a' });
  });

  it('stdin is ignored if no input takes it', () => {
    expect(prepare({ x: { default: 1 } }, { stdin: 'piped' }).values).toEqual({ x: 1 });
  });

  it('names of Object.prototype are not values', () => {
    expect(errorOf({ constructor: {}, toString: {} })).toMatchObject({ code: 'INPUT_MISSING' });
  });

  it('a value from code keeps its type', () => {
    expect(prepare({ x: {}, y: {} }, { given: { x: [1], y: undefined }, env: { y: '5' } }).values).toEqual({
      x: [1],
      y: '5',
    });
  });
});

describe('the declared type wins over inference', () => {
  const table: [InputSpec, unknown, unknown][] = [
    [{}, '42', 42],
    [{}, '007', '007'],
    [{}, 'null', 'null'],
    [{ type: 'string' }, '42', '42'],
    [{ type: 'string' }, '{"a":1}', '{"a":1}'],
    [{ type: 'string' }, 'null', 'null'],
    [{ type: 'number' }, '42', 42],
    [{ type: 'integer' }, '007', 7],
    [{ type: 'boolean' }, 'true', true],
    [{ type: 'object' }, '{"a":1}', { a: 1 }],
    [{ type: 'array' }, '[1]', [1]],
    [{ type: 'number', required: false }, 'null', null],
    [{ type: 'number', required: false }, null, null],
  ];
  it.each(table)('%j takes %j as %j', (spec, given, value) => {
    expect(prepare({ x: spec }, { given: { x: given } }).values).toStrictEqual({ x: value });
  });

  it('text from stdin or the environment stays text without a declared type', () => {
    const values = prepare(
      { a: { stdin: true }, b: {}, c: { type: 'integer' } },
      { stdin: '42\n', env: { b: '7', c: '7' } },
    );
    expect(values.values).toEqual({ a: '42', b: '7', c: 7 });
  });
});

describe('errors', () => {
  it('a missing input is reported with its description and the ways to give it', () => {
    const specs: Specs = {
      topic: { type: 'string', description: 'What to write about' },
      other: { default: 1 },
    };
    expect(errorOf(specs)).toEqual({
      code: 'INPUT_MISSING',
      message:
        'input "topic" (string) is missing: What to write about; give topic=… or set the variable topic',
    });
  });

  it('all missing inputs are reported at once', () => {
    expect(errorOf({ a: {}, b: { type: 'array', stdin: true } })).toEqual({
      code: 'INPUT_MISSING',
      message: '2 inputs are missing',
      details: [
        'input "a" (any type) is missing; give a=… or set the variable a',
        'input "b" (array) is missing; give b=…, pipe it in or set the variable b',
      ],
    });
  });

  const table: [InputSpec, Partial<InputSources>, string][] = [
    [
      { type: 'number' },
      { given: { x: 'hunter2' } },
      'input "x" must be a number, but the given string is not a number',
    ],
    [
      { type: 'object' },
      { given: { x: '[1]' } },
      'input "x" must be an object, but the given string is not an object',
    ],
    [
      { type: 'string' },
      { given: { x: { a: 1 } } },
      'input "x" must be a string, but the given object is not a string',
    ],
    [
      { type: 'string' },
      { given: { x: null } },
      'input "x" must be a string, but the given null is not a string',
    ],
    [
      { type: 'integer' },
      { env: { x: '1.5' } },
      'input "x" must be an integer, but the string from the environment is not an integer',
    ],
    [
      { type: 'array', stdin: true },
      { stdin: 'x' },
      'input "x" must be an array, but the string from stdin is not an array',
    ],
    [
      { type: 'array', default: 3 },
      {},
      'input "x" must be an array, but the default, a number, is not an array',
    ],
  ];
  it.each(table)('%j from %j, without showing the value', (spec, sources, message) => {
    expect(errorOf({ x: spec }, sources)).toEqual({ code: 'INPUT_INVALID', message });
  });

  it('an unknown name is reported with the nearest name', () => {
    expect(errorOf({ topic: { default: 1 } }, { given: { topik: 'x' } })).toEqual({
      code: 'INPUT_INVALID',
      message: 'there is no input "topik"; available: topic; did you mean "topic"?',
    });
    expect(errorOf({}, { given: { x: '1' } })).toEqual({
      code: 'INPUT_INVALID',
      message: 'there is no input "x"; the workflow has no inputs',
    });
  });

  it('missing and invalid inputs together are INPUT_INVALID', () => {
    expect(errorOf({ a: {}, b: { type: 'number' } }, { given: { b: 'x', zzz: 1 } })).toEqual({
      code: 'INPUT_INVALID',
      message: '3 inputs are missing or wrong',
      details: [
        'there is no input "zzz"; available: a, b',
        'input "b" must be a number, but the given string is not a number',
        'input "a" (any type) is missing; give a=… or set the variable a',
      ],
    });
  });
});

it('secret inputs are listed', () => {
  expect(prepare({ a: { secret: true, default: 'x' }, b: { default: 1 } }).secrets).toEqual(['a']);
});

it('a workflow without inputs has no values', () => {
  expect(prepareInputs({}, { given: {}, env: {}, stdin: 'x' })).toEqual({
    values: {},
    origins: {},
    secrets: [],
  });
});

import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { PflowError } from '../../src/errors.ts';
import type { ModelFailure } from '../../src/models/model-failure.ts';
import { parseExactJson } from '../../src/values/exact-json.ts';
import { checkStructuredAnswer, requireSchema } from '../../src/models/structured-answer.ts';
import { thrownBy } from './thrown-by.ts';

const SCHEMA = {
  type: 'object',
  properties: { title: { type: 'string', minLength: 1 }, pages: { type: 'integer' } },
  required: ['title'],
  additionalProperties: false,
};

const failure = (text: string, schema: Readonly<Record<string, unknown>> = SCHEMA): ModelFailure =>
  thrownBy(() => checkStructuredAnswer(text, schema)) as ModelFailure;

describe('a structured answer', () => {
  it.each([
    ['plain', '{"title":"A","pages":3}'],
    ['with space around it', '\n {"title":"A","pages":3}\n'],
    ['in a fence', '```json\n{"title":"A","pages":3}\n```'],
    ['in a fence without a language', '```\n{"title":"A","pages":3}```\n'],
  ])('is read %s', (_form, text) => {
    expect(checkStructuredAnswer(text, SCHEMA)).toEqual({ title: 'A', pages: 3 });
  });

  it('keeps its type: the string "404" stays a string', () => {
    expect(checkStructuredAnswer('"404"', { type: 'string' })).toBe('404');
    expect(checkStructuredAnswer('404', { type: 'number' })).toBe(404);
  });

  it.each([
    ['after its thoughts', '<think>\nhmm {"title":"B"}\n</think>\n\n{"title":"A"}'],
    ['after thoughts without an opening tag', 'hmm {"title":"B"}\n</think>{"title":"A"}'],
    ['after thoughts, in a fence', '<thinking>{}</thinking>\nHere:\n```json\n{"title":"A"}\n```\nDone.'],
    ['in prose', 'Here you are: {"title":"A"}. Is that {what} you want?'],
    ['in a fence of one line', '```json {"title":"A"} ```'],
    ['in a fence that is not closed', '```json\n{"title":"A"}'],
    ['with a byte order mark', '\uFEFF{"title":"A"}'],
    ['as JSON text inside of JSON', '"{\\"title\\":\\"A\\"}"'],
    ['twice, with equal values', '{"title":"A"} or, in other words, { "title": "A" }'],
    ['beside JSON that does not fit', 'Given {"pages":1}, the answer is {"title":"A"}'],
  ])('is found %s', (_place, text) => {
    expect(checkStructuredAnswer(text, SCHEMA)).toEqual({ title: 'A' });
  });

  it('with a key twice is no answer: neither value is taken for the other', () => {
    const text = '{"title":"A","\\u0074itle":"B"}';
    const { code, message, retryable } = failure(text);
    expect([code, retryable]).toEqual(['MODEL_ANSWER_INVALID', true]);
    expect(message).toContain('the answer has the key "title" twice');
    expect(checkStructuredAnswer(`${text} {"title":"C"}`, SCHEMA)).toEqual({ title: 'C' });
  });

  it('keeps fences and tags that are inside of its texts', () => {
    const value = { title: '<think>```json\n{"title":"B"}\n```</think>' };
    expect(checkStructuredAnswer(JSON.stringify(value), SCHEMA)).toEqual(value);
    expect(checkStructuredAnswer(`So: ${JSON.stringify({ title: '}{ "quoted" \\' })}`, SCHEMA)).toEqual({
      title: '}{ "quoted" \\',
    });
  });

  it('keeps the digits of its integers wherever it is found', () => {
    const schema = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] };
    expect(checkStructuredAnswer('<think>x</think> {"n": 9007199254740993}', schema)).toEqual({
      n: 9007199254740993n,
    });
  });

  const LARGE = 9_007_199_254_740_993n;
  const BRANCHES = {
    type: 'object',
    properties: {
      either: { anyOf: [{ const: LARGE }, { type: 'string' }] },
      one: { oneOf: [{ type: 'integer', minimum: LARGE }, { type: 'null' }] },
      named: { $ref: '#/$defs/large' },
      choice: {
        anyOf: [{ $ref: '#/$defs/large' }, { type: 'object', properties: { n: { enum: [LARGE] } } }],
      },
    },
    additionalProperties: { maximum: LARGE },
    $defs: { large: { $ref: '#/$defs/atLeast' }, atLeast: { type: 'integer', minimum: LARGE } },
  };

  it.each([
    '{"either": 9007199254740993, "one": 9007199254740993, "named": 9007199254740993, "more": 9007199254740993}',
    '{"either": "text", "one": null, "named": 9007199254740994, "choice": {"n": 9007199254740993}}',
  ])('fits branches and references digit by digit: %s', (text) => {
    expect(checkStructuredAnswer(text, BRANCHES)).toEqual(parseExactJson(text));
  });

  it.each([
    ['{"either": 9007199254740992}', '/either must be equal to 9007199254740993'],
    ['{"one": 9007199254740992}', '/one must be >= 9007199254740993'],
    ['{"named": 9007199254740992}', '/named must be >= 9007199254740993'],
    ['{"choice": 9007199254740992}', '/choice must be >= 9007199254740993'],
    [
      '{"choice": {"n": 9007199254740992}}',
      '/choice/n must be equal to one of the allowed values: 9007199254740993',
    ],
  ])('does not fit them when an integer only rounds to the limit: %s', (text, problem) => {
    expect(failure(text, BRANCHES).details).toContain(problem);
  });

  const LESS = 9_007_199_254_740_992;
  const TREE = {
    $id: 'https://example.com/tree',
    type: 'object',
    properties: {
      id: { $ref: '#/properties/limit/maximum_of' },
      limit: { maximum_of: { type: 'integer', maximum: LARGE } },
      children: { type: 'array', items: { $ref: '#' }, uniqueItems: true },
      parent: { $ref: 'https://example.com/tree' },
      anchored: { $ref: '#large' },
      either: { oneOf: [{ const: LARGE }, { const: LESS }] },
      unlike: { not: { const: LARGE } },
      some: { contains: { const: LARGE } },
      same: { const: { n: [LARGE] } },
      branched: { if: { minimum: LARGE }, then: { maximum: LARGE }, else: { maximum: 1 } },
      steps: { multipleOf: 3 },
    },
    patternProperties: { '^x-': { minimum: LARGE } },
    propertyNames: {
      enum: [...'id children parent anchored either unlike some same branched steps x-a'.split(' ')],
    },
    $defs: { large: { $anchor: 'large', minimum: LARGE } },
  };

  it.each([
    '{"id": 9007199254740993, "children": [{"id": 9007199254740993}, {"id": 9007199254740992}]}',
    '{"parent": {"parent": {"x-a": 9007199254740993}}, "anchored": 9007199254740993}',
    '{"either": 9007199254740993, "unlike": 9007199254740992, "some": [1, 9007199254740993]}',
    '{"either": 9007199254740992, "same": {"n": [9007199254740993]}, "branched": 9007199254740993}',
    '{"steps": 9007199254740993}',
  ])('fits digit by digit wherever a schema can state it: %s', (text) => {
    expect(checkStructuredAnswer(text, TREE)).toEqual(parseExactJson(text));
  });

  it.each([
    ['{"id": 9007199254740995}', '/id must be <= 9007199254740993'],
    ['{"children": [{"id": 9007199254740995}]}', '/children/0/id must be <= 9007199254740993'],
    ['{"parent": {"x-a": 9007199254740992}}', '/parent/x-a must be >= 9007199254740993'],
    ['{"anchored": 9007199254740992}', '/anchored must be >= 9007199254740993'],
    ['{"either": 9007199254740994}', '/either must be equal to 9007199254740993'],
    ['{"unlike": 9007199254740993}', '/unlike must NOT be valid'],
    ['{"some": [9007199254740992]}', '/some/0 must be equal to 9007199254740993'],
    ['{"same": {"n": [9007199254740992]}}', '/same must be equal to {"n":[9007199254740993]}'],
    ['{"branched": 9007199254740994}', '/branched must be <= 9007199254740993'],
    ['{"branched": 9007199254740992}', '/branched must be <= 1'],
    ['{"steps": 9007199254740992}', '/steps must be multiple of 3'],
    [
      '{"children": [{"id": 9007199254740993}, {"id": 9007199254740993}]}',
      '/children must NOT have duplicate items (items ## 0 and 1 are identical)',
    ],
  ])('does not fit where an integer only rounds to the limit: %s', (text, problem) => {
    expect(failure(text, TREE).details).toContain(problem);
  });

  it('that is one long integer is checked too', () => {
    expect(checkStructuredAnswer('9007199254740993', { const: LARGE })).toBe(LARGE);
    expect(failure('9007199254740992', { const: LARGE }).details).toEqual([
      'the answer must be equal to 9007199254740993',
    ]);
    const power = 2n ** 70n;
    expect(checkStructuredAnswer(String(power), { enum: [power] })).toEqual(parseExactJson(String(power)));
  });

  it.each([
    ['prose', 'I cannot say.', 'the answer is not JSON, although the request has an output_schema'],
    ['half an object', '{"title":"A', 'the answer is not JSON, although the request has an output_schema'],
    ['nothing', ' \n', 'the answer is empty, although the request has an output_schema'],
    [
      'nothing but thoughts',
      '<think>{"title":"A"}</think>',
      'the answer is not JSON, although the request has an output_schema',
    ],
    [
      'two different values',
      '```json\n{"title":"A"}\n```\n```json\n{"title":"B"}\n```',
      'the answer holds 2 different values that fit its schema',
    ],
    [
      'a list around the value',
      '[{"title":"A"}]',
      'the answer does not fit its schema: the answer must be object',
    ],
  ])('that is %s is invalid and retryable', (_form, text, message) => {
    const { code, retryable, message: actual } = failure(text);
    expect([code, retryable, actual]).toEqual(['MODEL_ANSWER_INVALID', true, message]);
  });

  it('off schema is reported with every problem and without its text', () => {
    const { code, retryable, message, details } = failure('{"pages":"hunter2","more":1}');
    expect([code, retryable]).toEqual(['MODEL_ANSWER_INVALID', true]);
    expect(message).toBe(
      "the answer does not fit its schema: the answer must have required property 'title'",
    );
    expect(details).toEqual([
      "the answer must have required property 'title'",
      'the answer must NOT have additional properties',
      '/pages must be integer',
    ]);
  });
});

describe('the schema of an answer', () => {
  it('may be one that zod writes', () => {
    const schema = z.toJSONSchema(z.strictObject({ kind: z.enum(['a', 'b']), at: z.iso.datetime() }));
    expect(checkStructuredAnswer('{"kind":"a","at":"2026-01-01T00:00:00Z"}', schema)).toEqual({
      kind: 'a',
      at: '2026-01-01T00:00:00Z',
    });
    expect(failure('{"kind":"c","at":"2026-01-01T00:00:00Z"}', schema).message).toContain(
      '/kind must be equal to one of',
    );
  });

  it('may be draft 7 with a list of items', () => {
    const schema = {
      $schema: 'http://json-schema.org/draft-07/schema#',
      items: [{ type: 'number' }, { $ref: '#/definitions/name' }],
      definitions: { name: { type: 'string' } },
    };
    expect(checkStructuredAnswer('[1,"a"]', schema)).toEqual([1, 'a']);
    expect(failure('[1,2]', schema).details).toEqual(['/1 must be string']);
  });

  it('may have unknown keywords and formats', () => {
    expect(() => {
      requireSchema({ type: 'string', format: 'isbn', 'x-order': 1 });
    }).not.toThrow();
  });

  it('with the `$id` of an earlier schema, valid or not, is compiled on its own', () => {
    expect(checkStructuredAnswer('1', { $id: 'answer', type: 'number' })).toBe(1);
    expect(checkStructuredAnswer('"1"', { $id: 'answer', type: 'string' })).toBe('1');
    expect(() => {
      requireSchema({ $id: 'answer', type: 'text' });
    }).toThrow();
    expect(checkStructuredAnswer('true', { $id: 'answer', type: 'boolean' })).toBe(true);
  });

  it.each([
    ['an unknown type', { type: 'text' }],
    ['a reference to elsewhere', { $ref: 'https://example.com/schema.json' }],
    ['a broken pattern', { type: 'string', pattern: '(' }],
  ])('with %s is rejected before the call', (_problem, schema) => {
    const error = thrownBy(() => {
      requireSchema(schema);
    }) as PflowError;
    expect([error.code, error.path]).toEqual(['NODE_PARAMS_INVALID', 'output_schema']);
    expect(error.message).toMatch(/^output_schema is not a usable JSON Schema: /);
  });
});

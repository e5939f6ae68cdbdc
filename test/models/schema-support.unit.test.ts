import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { isStrictSchema } from '../../src/models/providers/schema-support.ts';

const TEXT = { type: 'string' };

function objectOf(properties: Record<string, unknown>, more: Record<string, unknown> = {}): unknown {
  return {
    type: 'object',
    properties,
    required: Object.keys(properties),
    additionalProperties: false,
    ...more,
  };
}

/** Nests objects to this depth. */
function nested(depth: number): unknown {
  return depth === 1 ? objectOf({ a: TEXT }) : objectOf({ a: nested(depth - 1) });
}

describe('strict mode is used for', () => {
  it.each([
    ['an object whose properties are all required', objectOf({ a: TEXT, b: { type: 'integer' } })],
    ['an object without properties', objectOf({})],
    [
      'nested objects and lists',
      objectOf({ a: { type: 'array', items: objectOf({ b: TEXT }), maxItems: 3 } }),
    ],
    ['a nullable property', objectOf({ a: { type: ['string', 'null'] } })],
    ['alternatives inside', objectOf({ a: { anyOf: [TEXT, objectOf({ b: TEXT })] } })],
    ['definitions and references', objectOf({ a: { $ref: '#/$defs/t' } }, { $defs: { t: TEXT } })],
    ['a reference to the root', objectOf({ a: { anyOf: [{ $ref: '#' }, { type: 'null' }] } })],
    [
      'enums, constants, patterns and known formats',
      objectOf({
        a: { type: 'string', enum: ['x', 'y'] },
        b: { type: 'string', const: 'x' },
        c: { type: 'string', pattern: '^a', description: 'c' },
        d: { type: 'string', format: 'date-time' },
      }),
    ],
    ['what zod writes', z.toJSONSchema(z.strictObject({ a: z.string(), b: z.array(z.number()) }))],
    ['ten levels', nested(9)],
  ])('%s', (_what, schema) => {
    expect(isStrictSchema(schema)).toBe(true);
  });
});

describe('strict mode is not used for', () => {
  it.each([
    ['no schema', undefined],
    ['a list as its root', { type: 'array', items: TEXT }],
    ['a reference as its root', { $ref: '#/$defs/a', $defs: { a: objectOf({}) } }],
    ['alternatives as its root', { anyOf: [objectOf({})] }],
    ['a text as its root', TEXT],
    ['an optional property', objectOf({ a: TEXT }, { required: [] })],
    ['a required name without a property', objectOf({ a: TEXT }, { required: ['a', 'b'] })],
    ['open objects', objectOf({ a: TEXT }, { additionalProperties: true })],
    ['objects without a word about others', { type: 'object', properties: {}, required: [] }],
    ['patternProperties', objectOf({ a: TEXT }, { patternProperties: { '^b': TEXT } })],
    ['oneOf', objectOf({ a: { oneOf: [TEXT, { type: 'integer' }] } })],
    ['allOf', objectOf({ a: { allOf: [TEXT] } })],
    ['not', objectOf({ a: { type: 'string', not: { const: 'x' } } })],
    ['if and then', objectOf({ a: TEXT }, { if: {}, then: {} })],
    ['dependentRequired', objectOf({ a: TEXT }, { dependentRequired: {} })],
    ['a default', objectOf({ a: { type: 'string', default: 'x' } })],
    ['a length', objectOf({ a: { type: 'string', minLength: 1 } })],
    ['unique items', objectOf({ a: { type: 'array', items: TEXT, uniqueItems: true } })],
    ['a tuple', objectOf({ a: { type: 'array', prefixItems: [TEXT] } })],
    ['a list of anything', objectOf({ a: { type: 'array' } })],
    ['a property of any type', objectOf({ a: {} })],
    ['a property that is `true`', objectOf({ a: true })],
    ['a format of another vocabulary', objectOf({ a: { type: 'string', format: 'uri' } })],
    [
      'a reference beside other keywords',
      objectOf({ a: { $ref: '#/$defs/t', default: 1 } }, { $defs: { t: TEXT } }),
    ],
    ['a reference to another document', objectOf({ a: { $ref: 'https://example.com/a.json' } })],
    ['eleven levels', nested(10)],
    ['too many values', objectOf({ a: { type: 'string', enum: Array.from({ length: 1_001 }, String) } })],
  ])('%s', (_what, schema) => {
    expect(isStrictSchema(schema)).toBe(false);
  });
});

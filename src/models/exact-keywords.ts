// Checks integers that a number cannot hold digit by digit. The schema compiler knows numbers only: it gets a copy with
// numbers, and its keywords that compare values look at the original.
import type { Ajv, AnySchemaObject, ValidateFunction } from 'ajv';
import type { DataValidateFunction } from 'ajv/dist/types/index.js';
import { canonicalJson } from '../values/canonical-json.ts';
import { headOf } from '../values/cut-text.ts';

type Fields = Readonly<Record<string | number, unknown>>;
type Numeric = bigint | number;
/** What is wrong with a value; undefined where it fits. */
type FaultOf = (value: unknown) => string | undefined;

/** By copy: its original, which holds a BigInt. */
const ORIGINALS = new WeakMap<object, object>();

const LONGEST_LIST = 200;

/** Copies only what holds a BigInt, with numbers in its place. */
export function plainCopy(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object' || value === null) return value;
  const members = value as Fields;
  const entries = Object.entries(members).map(([key, member]) => [key, plainCopy(member)] as const);
  if (entries.every(([key, member]) => member === members[key])) return value;
  const copy = Array.isArray(value) ? entries.map(([, member]) => member) : Object.fromEntries(entries);
  ORIGINALS.set(copy, value);
  return copy;
}

/** `validate` was compiled, from a `plainCopy`, by a compiler with the exact keywords. */
export function validateExactly(validate: ValidateFunction, value: unknown): boolean {
  const data = plainCopy(value);
  const holder = { value: data };
  ORIGINALS.set(holder, { value });
  const place = { instancePath: '', parentData: holder, parentDataProperty: 'value', rootData: data };
  return validate(data, { ...place, dynamicAnchors: {} } as Parameters<ValidateFunction>[1]);
}

/** Replaces the keywords that compare values. */
export function addExactKeywords<Compiler extends Ajv>(compiler: Compiler): Compiler {
  for (const [keyword, sign, holds] of LIMITS) {
    replaceKeyword(
      compiler,
      { keyword, type: 'number', schemaType: 'number' },
      (limit) => (value) =>
        holds(value as Numeric, limit as Numeric) ? undefined : `must be ${sign} ${String(limit)}`,
    );
  }
  replaceKeyword(
    compiler,
    { keyword: 'multipleOf', type: 'number', schemaType: 'number' },
    (factor) => (value) =>
      isMultiple(value as Numeric, factor as Numeric) ? undefined : `must be multiple of ${String(factor)}`,
  );
  replaceKeyword(compiler, { keyword: 'const' }, (constant) => {
    const expected = exactText(constant);
    return (value) =>
      exactText(value) === expected ? undefined : `must be equal to ${headOf(expected, LONGEST_LIST)}`;
  });
  replaceKeyword(compiler, { keyword: 'enum', schemaType: 'array' }, (allowed) => {
    const expected = new Set((allowed as readonly unknown[]).map(exactText));
    const list = headOf([...expected].join(', '), LONGEST_LIST);
    return (value) =>
      expected.has(exactText(value)) ? undefined : `must be equal to one of the allowed values: ${list}`;
  });
  replaceKeyword(
    compiler,
    { keyword: 'uniqueItems', type: 'array', schemaType: 'boolean' },
    (isRequired) => (value) => (isRequired === true ? duplicateIn(value as readonly unknown[]) : undefined),
  );
  return compiler;
}

const LIMITS: readonly (readonly [string, string, (value: Numeric, limit: Numeric) => boolean])[] = [
  ['minimum', '>=', (value, limit) => value >= limit],
  ['maximum', '<=', (value, limit) => value <= limit],
  ['exclusiveMinimum', '>', (value, limit) => value > limit],
  ['exclusiveMaximum', '<', (value, limit) => value < limit],
];

interface Keyword {
  readonly keyword: string;
  readonly type?: 'number' | 'array';
  readonly schemaType?: 'number' | 'array' | 'boolean';
}

function replaceKeyword(compiler: Ajv, keyword: Keyword, check: (schema: unknown) => FaultOf): void {
  compiler.removeKeyword(keyword.keyword);
  compiler.addKeyword({
    ...keyword,
    compile: (_schema: unknown, parent: AnySchemaObject) => {
      const faultOf = check(originalOf(parent)[keyword.keyword]);
      const validate: DataValidateFunction = (data: unknown, place) => {
        const message = faultOf(exactValue(data, place?.parentData, place?.parentDataProperty ?? ''));
        if (message !== undefined) validate.errors = [{ keyword: keyword.keyword, message, params: {} }];
        return message === undefined;
      };
      return validate;
    },
  });
}

function originalOf(copy: object): Fields {
  return (ORIGINALS.get(copy) ?? copy) as Fields;
}

/** The name of a member is checked in the place of its object: only a number that was rounded is looked up. */
function exactValue(data: unknown, parent: unknown, property: string | number): unknown {
  if (typeof data === 'object' && data !== null) return originalOf(data);
  if (typeof data !== 'number' || Number.isSafeInteger(data)) return data;
  if (typeof parent !== 'object' || parent === null) return data;
  const original = originalOf(parent)[property];
  return typeof original === 'bigint' ? original : data;
}

function isMultiple(value: Numeric, factor: Numeric): boolean {
  if (Number.isInteger(Number(factor)) && Number.isInteger(Number(value)))
    return BigInt(factor) !== 0n && BigInt(value) % BigInt(factor) === 0n;
  return Number.isInteger(Number(value) / Number(factor));
}

/** Equal for equal values: an integer has all its digits, whatever holds it. */
function exactText(value: unknown): string {
  return canonicalJson(withBigInts(value));
}

function withBigInts(value: unknown): unknown {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(withBigInts);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withBigInts(member)]));
}

function duplicateIn(items: readonly unknown[]): string | undefined {
  const places = new Map<string, number>();
  for (const [index, item] of items.entries()) {
    const text = exactText(item);
    const first = places.get(text);
    if (first !== undefined)
      return `must NOT have duplicate items (items ## ${String(first)} and ${String(index)} are identical)`;
    places.set(text, index);
  }
  return undefined;
}

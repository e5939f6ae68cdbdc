// Checks long integers against the limits of a JSON Schema, digit by digit.
import { asFields, asList } from '../values/json-fields.ts';

/** Begins with a private character, which texts of users do not have. */
const MARK = '\uE000integer:';

/** Returns the schema with placeholders for BigInts, which the SDK cannot write. */
export function markBigInts(schema: unknown): unknown {
  return replaceBigInts(schema, (integer) => `${MARK}${String(integer)}`);
}

/** Returns the JSON text with the digits in place of `markBigInts`. */
export function unmarkBigInts(json: string): string {
  return json.includes(MARK) ? json.replaceAll(/"\uE000integer:(-?\d+)"/gu, '$1') : json;
}

function replaceBigInts(value: unknown, replace: (integer: bigint) => unknown): unknown {
  if (typeof value === 'bigint') return replace(value);
  if (Array.isArray(value)) return value.map((item) => replaceBigInts(item, replace));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, replaceBigInts(member, replace)]),
  );
}

const LIMITS: readonly (readonly [
  string,
  string,
  (value: bigint | number, limit: bigint | number) => boolean,
])[] = [
  ['minimum', '>=', (value, limit) => value >= limit],
  ['maximum', '<=', (value, limit) => value <= limit],
  ['exclusiveMinimum', '>', (value, limit) => value > limit],
  ['exclusiveMaximum', '<', (value, limit) => value < limit],
];

/**
 * Returns what does not fit for values that are known to fit when rounded. Looks where a value is described once: `properties`,
 * `items`, `prefixItems` and `allOf`.
 */
export function exactFaults(value: unknown, schema: unknown, path = ''): readonly string[] {
  const fields = asFields(schema);
  const nested = [
    ...asList(fields['allOf']).flatMap((part) => exactFaults(value, part, path)),
    ...membersOf(value, fields).flatMap(([key, member, part]) => exactFaults(member, part, `${path}/${key}`)),
  ];
  return isNumeric(value) ? [...ownFaults(value, fields, path), ...nested] : nested;
}

type Numeric = bigint | number;

function isNumeric(value: unknown): value is Numeric {
  return typeof value === 'bigint' || typeof value === 'number';
}

function ownFaults(
  value: Numeric,
  fields: Readonly<Record<string, unknown>>,
  path: string,
): readonly string[] {
  const where = path === '' ? 'the answer' : path;
  const allowed = 'const' in fields ? [fields['const']] : asList(fields['enum']);
  const isAllowed = allowed.length === 0 || allowed.some((one) => isNumeric(one) && isEqual(one, value));
  const limits = LIMITS.flatMap(([name, sign, holds]) => {
    const limit = fields[name];
    return isNumeric(limit) && !holds(value, limit) ? [`${where} must be ${sign} ${String(limit)}`] : [];
  });
  return isAllowed ? limits : [`${where} must be equal to one of the allowed values`, ...limits];
}

/** A BigInt and a number are equal when their values are. */
function isEqual(a: Numeric, b: Numeric): boolean {
  return a <= b && a >= b;
}

type Member = readonly [string, unknown, unknown];

function membersOf(
  value: unknown,
  { properties, items, prefixItems }: Readonly<Record<string, unknown>>,
): readonly Member[] {
  if (Array.isArray(value)) {
    const first = asList(prefixItems);
    return value.map((item: unknown, index) => [
      String(index),
      item,
      index < first.length ? first[index] : items,
    ]);
  }
  if (typeof value !== 'object' || value === null) return [];
  const described = asFields(properties);
  return Object.entries(value)
    .filter(([key]) => Object.hasOwn(described, key))
    .map(([key, member]) => [key, member, described[key]]);
}

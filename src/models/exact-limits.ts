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

/** Whether the value fits a part of the schema when its integers are rounded. */
export type FitsRounded = (value: unknown, part: unknown) => boolean;

export interface ExactCheck {
  /** The whole schema, for its references. */
  readonly root: unknown;
  readonly fitsRounded: FitsRounded;
}

/** A chain of references that leads nowhere ends after so many. */
const MOST_REFERENCES = 32;

/** Returns what does not fit for a value that fits when its integers are rounded. */
export function exactFaults(value: unknown, check: ExactCheck): readonly string[] {
  return hasBigInt(value) || hasBigInt(check.root) ? partFaults(value, check.root, check, '') : [];
}

function hasBigInt(value: unknown): boolean {
  if (typeof value === 'bigint') return true;
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some(hasBigInt);
}

function partFaults(value: unknown, part: unknown, check: ExactCheck, path: string): readonly string[] {
  const fields = followReferences(asFields(part), check.root);
  const nested = [
    ...asList(fields['allOf']).flatMap((each) => partFaults(value, each, check, path)),
    ...branchFaults(value, asList(fields['anyOf']), check, path),
    ...branchFaults(value, asList(fields['oneOf']), check, path),
    ...membersOf(value, fields).flatMap(([key, member, each]) =>
      partFaults(member, each, check, `${path}/${key}`),
    ),
  ];
  return isNumeric(value) ? [...ownFaults(value, fields, path), ...nested] : nested;
}

/** Empty when a branch fits exactly; else the faults of the first that fits rounded. */
function branchFaults(
  value: unknown,
  branches: readonly unknown[],
  check: ExactCheck,
  path: string,
): readonly string[] {
  let faults: readonly string[] = [];
  for (const branch of branches) {
    if (!check.fitsRounded(value, branch)) continue;
    const found = partFaults(value, branch, check, path);
    if (found.length === 0) return [];
    if (faults.length === 0) faults = found;
  }
  return faults;
}

type Fields = Readonly<Record<string, unknown>>;

/** Replaces the reference of a part by what it refers to in the same document. */
function followReferences(fields: Fields, root: unknown): Fields {
  let joined = fields;
  for (let count = 0; typeof joined['$ref'] === 'string' && count < MOST_REFERENCES; count += 1) {
    const { $ref, ...own } = joined;
    joined = { ...asFields(resolvePointer($ref, root)), ...own };
  }
  return joined;
}

function resolvePointer(reference: string, root: unknown): unknown {
  if (!reference.startsWith('#')) return undefined;
  return reference
    .slice(1)
    .split('/')
    .slice(1)
    .map((key) => decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>(
      (value, key) => (Array.isArray(value) ? value[Number(key)] : asFields(value)[key]) as unknown,
      root,
    );
}

type Numeric = bigint | number;

function isNumeric(value: unknown): value is Numeric {
  return typeof value === 'bigint' || typeof value === 'number';
}

function ownFaults(value: Numeric, fields: Fields, path: string): readonly string[] {
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
  { properties, items, prefixItems, additionalProperties }: Fields,
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
  return Object.entries(value).map(([key, member]) => [
    key,
    member,
    Object.hasOwn(described, key) ? described[key] : additionalProperties,
  ]);
}

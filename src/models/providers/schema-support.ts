// Checks which JSON Schemas a provider accepts. A schema that does not fit is sent without strict mode, or not at all;
// pflow checks the answer in any case.
import { asFields, type Fields } from '../../values/json-fields.ts';

/** Keywords of OpenAI's strict mode, by what they hold. Every other keyword is rejected there. */
const PLAIN_KEYWORDS = new Set(
  (
    'type required additionalProperties enum const title description pattern multipleOf minimum maximum ' +
    'exclusiveMinimum exclusiveMaximum minItems maxItems'
  ).split(' '),
);
const SCHEMA_MAPS = ['properties', '$defs', 'definitions'];
const FORMATS = new Set('date-time time date duration email hostname ipv4 ipv6 uuid'.split(' '));
const TYPES = new Set(['object', 'array', 'string', 'number', 'integer', 'boolean', 'null']);

/** Limits of a whole schema. */
const DEEPEST = 10;
const MOST_PROPERTIES = 5_000;
const MOST_VALUES = 1_000;

interface Budget {
  properties: number;
  values: number;
}

/**
 * True for a schema of the subset that strict mode documents. Its root is an object, with neither `anyOf` nor `$ref`.
 */
export function isStrictSchema(schema: unknown): boolean {
  const { $schema: _dialect, ...root } = asFields(schema);
  if (root['type'] !== 'object' || root['anyOf'] !== undefined || root['$ref'] !== undefined) return false;
  return isStrict(root, 1, { properties: MOST_PROPERTIES, values: MOST_VALUES });
}

function isStrict(schema: unknown, depth: number, budget: Budget): boolean {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema) || depth > DEEPEST) return false;
  const fields = schema as Fields;
  const { $ref, anyOf, type } = fields;
  // A reference stands alone, and leads into the same document.
  if ($ref !== undefined)
    return Object.keys(fields).length === 1 && typeof $ref === 'string' && $ref.startsWith('#');
  if (anyOf === undefined && !isStrictType(type)) return false;
  if (!isStrictObject(fields, budget) || !isStrictList(fields)) return false;
  return Object.entries(fields).every(([keyword, value]) => isStrictKeyword(keyword, value, depth, budget));
}

function isStrictType(type: unknown): boolean {
  const types = Array.isArray(type) ? (type as unknown[]) : [type];
  return types.length > 0 && types.every((name) => typeof name === 'string' && TYPES.has(name));
}

/** Every property is required, and no other one is allowed. */
function isStrictObject(
  { type, properties, required, additionalProperties }: Fields,
  budget: Budget,
): boolean {
  const isObject = type === 'object' || (Array.isArray(type) && type.includes('object'));
  if (!isObject) return properties === undefined;
  const names = Object.keys(asFields(properties));
  budget.properties -= names.length;
  const requiredNames = new Set(Array.isArray(required) ? required : []);
  return (
    properties !== undefined &&
    additionalProperties === false &&
    requiredNames.size === names.length &&
    names.every((name) => requiredNames.has(name)) &&
    budget.properties >= 0
  );
}

function isStrictList({ type, items }: Fields): boolean {
  const isList = type === 'array' || (Array.isArray(type) && type.includes('array'));
  return isList === (items !== undefined);
}

function isStrictKeyword(keyword: string, value: unknown, depth: number, budget: Budget): boolean {
  const isInner = (schema: unknown): boolean => isStrict(schema, depth + 1, budget);
  if (SCHEMA_MAPS.includes(keyword)) return Object.values(asFields(value)).every(isInner);
  if (keyword === 'items') return isInner(value);
  if (keyword === 'anyOf') return Array.isArray(value) && value.length > 0 && value.every(isInner);
  if (keyword === 'format') return typeof value === 'string' && FORMATS.has(value);
  if (keyword === 'enum') budget.values -= Array.isArray(value) ? value.length : 0;
  return PLAIN_KEYWORDS.has(keyword) && budget.values >= 0;
}

/** True when an object in the schema may hold any key. Google's form of a schema cannot express that. */
export function hasOpenObject(schema: unknown): boolean {
  if (typeof schema !== 'object' || schema === null) return false;
  const { type, properties, additionalProperties } = schema as Record<string, unknown>;
  const isOpen = type === 'object' && (properties === undefined || typeof additionalProperties === 'object');
  return isOpen || Object.values(schema).some(hasOpenObject);
}

// Finds what is not valid JSON Schema in a schema of a workflow file.
import { isObject } from './json-fields.ts';

export const SCHEMA_TYPES = ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'];
/** Keywords whose value is a schema, a list of schemas, or an object of schemas. */
const ONE = ['additionalProperties', 'contains', 'else', 'if', 'items', 'not', 'propertyNames', 'then'];
const LISTS = ['allOf', 'anyOf', 'oneOf', 'prefixItems'];
const NAMED = ['$defs', 'definitions', 'patternProperties', 'properties'];

export interface SchemaFault {
  /** Where it is in the schema. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Returns undefined where nothing is found. A validator may find more when it compiles the schema. */
export function findSchemaFault(schema: unknown): SchemaFault | undefined {
  return findFault(schema, [], schema);
}

function findFault(schema: unknown, path: Place, root: unknown): SchemaFault | undefined {
  if (typeof schema === 'boolean') return undefined;
  if (!isObject(schema)) return { path, message: 'must be a schema: an object, true or false' };
  const { type, required } = schema;
  if (type !== undefined && !isType(type)) {
    const message = `${JSON.stringify(type)} is not a type of JSON Schema; available: ${SCHEMA_TYPES.join(', ')}`;
    return { path: [...path, 'type'], message };
  }
  if (required !== undefined && !isListOfNames(required))
    return { path: [...path, 'required'], message: 'must be a list of names' };
  return findInside(schema, path, root);
}

type Place = readonly (string | number)[];

function findInside(
  schema: Readonly<Record<string, unknown>>,
  path: Place,
  root: unknown,
): SchemaFault | undefined {
  for (const [keyword, value] of Object.entries(schema)) {
    const problem = findValueProblem(keyword, value, root);
    if (problem !== undefined) return { path: [...path, keyword], message: problem };
    const fault = findInKeyword(keyword, value, [...path, keyword], root);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** Finds values that no compiler takes, or that no answer can fit. Templates in them are not known yet. */
function findValueProblem(keyword: string, value: unknown, root: unknown): string | undefined {
  if (keyword === 'enum') return Array.isArray(value) && value.length === 0 ? 'must have a value' : undefined;
  if (typeof value !== 'string' || value.includes('${')) return undefined;
  if (keyword === 'pattern' && !isPattern(value))
    return `${JSON.stringify(value)} is not a regular expression`;
  return keyword === '$ref' && !isInDocument(value, root)
    ? `${JSON.stringify(value)} is not in this schema; other documents are not read`
    : undefined;
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}

/** Names of schemas (`$id`, `$anchor`) are left to the compiler. */
function isInDocument(reference: string, root: unknown): boolean {
  if (reference === '#') return true;
  if (!reference.startsWith('#/')) return reference.startsWith('#') || (isObject(root) && '$id' in root);
  let place = root;
  for (const part of reference.slice(2).split('/')) {
    const key = decodeKey(part);
    if (typeof place !== 'object' || place === null || !Object.hasOwn(place, key)) return false;
    place = (place as Readonly<Record<string, unknown>>)[key];
  }
  return true;
}

function decodeKey(part: string): string {
  const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

function findInKeyword(keyword: string, value: unknown, path: Place, root: unknown): SchemaFault | undefined {
  if (LISTS.includes(keyword) || (keyword === 'items' && Array.isArray(value))) {
    if (!Array.isArray(value)) return { path, message: 'must be a list of schemas' };
    return findFirst([...(value as readonly unknown[]).entries()], path, root);
  }
  if (NAMED.includes(keyword))
    return isObject(value)
      ? findFirst(Object.entries(value), path, root)
      : { path, message: 'must be an object of schemas' };
  return ONE.includes(keyword) ? findFault(value, path, root) : undefined;
}

function findFirst(
  schemas: readonly (readonly [string | number, unknown])[],
  path: Place,
  root: unknown,
): SchemaFault | undefined {
  for (const [key, one] of schemas) {
    const fault = findFault(one, [...path, key], root);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function isType(value: unknown): boolean {
  const all: readonly unknown[] = Array.isArray(value) ? value : [value];
  return all.length > 0 && all.every((one) => typeof one === 'string' && SCHEMA_TYPES.includes(one));
}

function isListOfNames(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

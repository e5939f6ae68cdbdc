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
export function findSchemaFault(
  schema: unknown,
  path: readonly (string | number)[] = [],
): SchemaFault | undefined {
  if (typeof schema === 'boolean') return undefined;
  if (!isObject(schema)) return { path, message: 'must be a schema: an object, true or false' };
  const { type, required } = schema;
  if (type !== undefined && !isType(type)) {
    const message = `${JSON.stringify(type)} is not a type of JSON Schema; available: ${SCHEMA_TYPES.join(', ')}`;
    return { path: [...path, 'type'], message };
  }
  if (required !== undefined && !isListOfNames(required))
    return { path: [...path, 'required'], message: 'must be a list of names' };
  return findInside(schema, path);
}

type Place = readonly (string | number)[];

function findInside(schema: Readonly<Record<string, unknown>>, path: Place): SchemaFault | undefined {
  for (const [keyword, value] of Object.entries(schema)) {
    const fault = findInKeyword(keyword, value, [...path, keyword]);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function findInKeyword(keyword: string, value: unknown, path: Place): SchemaFault | undefined {
  if (LISTS.includes(keyword) || (keyword === 'items' && Array.isArray(value))) {
    if (!Array.isArray(value)) return { path, message: 'must be a list of schemas' };
    return findFirst([...(value as readonly unknown[]).entries()], path);
  }
  if (NAMED.includes(keyword))
    return isObject(value)
      ? findFirst(Object.entries(value), path)
      : { path, message: 'must be an object of schemas' };
  return ONE.includes(keyword) ? findSchemaFault(value, path) : undefined;
}

function findFirst(
  schemas: readonly (readonly [string | number, unknown])[],
  path: Place,
): SchemaFault | undefined {
  for (const [key, one] of schemas) {
    const fault = findSchemaFault(one, [...path, key]);
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

// Builds a minimal value that matches a JSON Schema; the result is always the same.
import { at } from './json.ts';

export function schemaInstance(schema: unknown, root: unknown = schema, name = 'value'): unknown {
  const reference = at(schema, '$ref');
  if (typeof reference === 'string') return schemaInstance(resolve(root, reference), root, name);
  for (const key of ['const', 'default']) if (at(schema, key) !== undefined) return at(schema, key);
  for (const key of ['enum', 'examples', 'anyOf', 'oneOf', 'allOf']) {
    const first = at(schema, key, 0);
    if (first !== undefined) return /Of$/.test(key) ? schemaInstance(first, root, name) : first;
  }
  return byType(schema, root, name);
}

function byType(schema: unknown, root: unknown, name: string): unknown {
  const declared = at(schema, 'type');
  const type: unknown = Array.isArray(declared) ? (declared as unknown[])[0] : declared;
  switch (type) {
    case 'array': {
      const least = Math.max(1, numberAt(schema, 'minItems') ?? 1);
      return Array.from({ length: least }, () => schemaInstance(at(schema, 'items') ?? {}, root, name));
    }
    case 'integer':
    case 'number':
      return numberAt(schema, 'minimum') ?? (numberAt(schema, 'exclusiveMinimum') ?? 0) + 1;
    case 'boolean':
      return true;
    case 'null':
      return null;
    case 'string':
      return `a ${name}`
        .padEnd(numberAt(schema, 'minLength') ?? 0, '.')
        .slice(0, numberAt(schema, 'maxLength'));
    default:
      return object(schema, root);
  }
}

function object(schema: unknown, root: unknown): Record<string, unknown> {
  const properties = (at(schema, 'properties') ?? {}) as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(properties).map(([key, property]) => [key, schemaInstance(property, root, key)]),
  );
}

function resolve(root: unknown, reference: string): unknown {
  return at(
    root,
    ...reference
      .replace(/^#\/?/, '')
      .split('/')
      .filter((step) => step !== ''),
  );
}

function numberAt(schema: unknown, key: string): number | undefined {
  const value = at(schema, key);
  return typeof value === 'number' ? value : undefined;
}

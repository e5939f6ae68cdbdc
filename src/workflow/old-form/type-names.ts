// Maps the names that Python has for types to those of JSON.
import { fieldsOf } from '../../values/json-fields.ts';

const NAMES: Readonly<Record<string, string>> = {
  str: 'string',
  int: 'integer',
  float: 'number',
  bool: 'boolean',
  dict: 'object',
  list: 'array',
};

/** Changes the type of an input or an output. `any` is the same as no type. */
export function withTypeName(spec: unknown): unknown {
  const members = fieldsOf(spec);
  const type = members?.['type'];
  if (members === undefined || typeof type !== 'string') return spec;
  if (type === 'any') {
    const { type: _any, ...rest } = members;
    return rest;
  }
  return Object.hasOwn(NAMES, type) ? { ...members, type: NAMES[type] } : spec;
}

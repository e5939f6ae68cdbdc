import { expect, test } from 'vitest';
import { findSchemaFault } from '../../src/values/schema-fault.ts';

test.each([
  [{ $ref: '#/$defs/n', $defs: { n: { type: 'number' } } }],
  [{ $ref: '#/$defs/a~1b%20c', $defs: { 'a/b c': true } }],
  [{ type: 'object', properties: { inner: { $ref: '#' } } }],
  [{ $ref: '#node', $defs: { n: { $anchor: 'node' } } }],
  [{ pattern: '^[a-z]{2}$', enum: ['${a}'] }],
  [{ pattern: '(${part})', $ref: '${name}' }],
  [{ properties: { pattern: { type: 'string' }, $ref: { type: 'string' }, enum: { type: 'array' } } }],
])('%j is a schema', (schema) => {
  expect(findSchemaFault(schema)).toBeUndefined();
});

test.each([
  [{ pattern: '(' }, 'pattern', '"(" is not a regular expression'],
  [{ enum: [] }, 'enum', 'must have a value'],
  [{ $ref: '#/$defs/n' }, '$ref', '"#/$defs/n" is not in this schema; other documents are not read'],
  [
    { items: { $ref: 'https://e.example/s.json' } },
    'items.$ref',
    '"https://e.example/s.json" is not in this schema; other documents are not read',
  ],
  [{ $ref: '#/properties/toString', properties: {} }, '$ref', undefined],
])('%j has a fault, which costs no call', (schema, path, message) => {
  const fault = findSchemaFault(schema);
  expect(fault?.path.join('.')).toBe(path);
  if (message !== undefined) expect(fault?.message).toBe(message);
});

// Whether a JSON Schema may be sent in OpenAI's strict mode, which refuses optional and unlisted properties.
// A schema outside of it is sent without; the answer is checked by pflow in any case.

export function isStrictSchema(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.every(isStrictSchema);
  if (typeof schema !== 'object' || schema === null) return true;
  const { type, properties, required, additionalProperties } = schema as Record<string, unknown>;
  if (type === 'object' || properties !== undefined) {
    const names = typeof properties === 'object' && properties !== null ? Object.keys(properties) : [];
    const demanded = new Set(Array.isArray(required) ? required : []);
    if (additionalProperties !== false || !names.every((name) => demanded.has(name))) return false;
  }
  return Object.values(schema).every(isStrictSchema);
}

/** Whether some object in it may hold any key, which Google's form of a schema cannot say. */
export function hasOpenObject(schema: unknown): boolean {
  if (typeof schema !== 'object' || schema === null) return false;
  const { type, properties, additionalProperties } = schema as Record<string, unknown>;
  const isOpen = type === 'object' && (properties === undefined || typeof additionalProperties === 'object');
  return isOpen || Object.values(schema).some(hasOpenObject);
}

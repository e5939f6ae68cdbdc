// Checks which JSON Schemas a provider accepts. A schema that does not fit is sent without strict mode, or not at all;
// pflow checks the answer in any case.

/** True for a schema of OpenAI's strict mode, which rejects optional and unlisted properties. */
export function isStrictSchema(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.every(isStrictSchema);
  if (typeof schema !== 'object' || schema === null) return true;
  const { type, properties, required, additionalProperties } = schema as Record<string, unknown>;
  if (type === 'object' || properties !== undefined) {
    const names = typeof properties === 'object' && properties !== null ? Object.keys(properties) : [];
    const requiredNames = new Set(Array.isArray(required) ? required : []);
    if (additionalProperties !== false || !names.every((name) => requiredNames.has(name))) return false;
  }
  return Object.values(schema).every(isStrictSchema);
}

/** True when an object in the schema may hold any key. Google's form of a schema cannot express that. */
export function hasOpenObject(schema: unknown): boolean {
  if (typeof schema !== 'object' || schema === null) return false;
  const { type, properties, additionalProperties } = schema as Record<string, unknown>;
  const isOpen = type === 'object' && (properties === undefined || typeof additionalProperties === 'object');
  return isOpen || Object.values(schema).some(hasOpenObject);
}

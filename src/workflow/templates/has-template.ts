// Detects values with templates.

/** True for a template at any depth, and for the escape `$${`, which changes too. */
export function hasTemplate(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('${');
  return typeof value === 'object' && value !== null && Object.values(value).some(hasTemplate);
}

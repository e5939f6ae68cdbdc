// Whether a value has anything to resolve in it, at any depth; the escape `$${` counts, since it changes too.

export function hasTemplate(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('${');
  return typeof value === 'object' && value !== null && Object.values(value).some(hasTemplate);
}

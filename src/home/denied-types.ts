// Finds the node types that the settings deny.

/** Maps each denied name to the pattern that denies it. In a pattern `*` matches any characters. */
export function findDenied(
  names: Iterable<string>,
  patterns: readonly string[] = [],
): ReadonlyMap<string, string> {
  const denied = new Map<string, string>();
  for (const name of names) {
    const pattern = patterns.find((one) => matchesPattern(name, one));
    if (pattern !== undefined) denied.set(name, pattern);
  }
  return denied;
}

/** Takes each part between two `*` where it first occurs. That takes linear time. */
function matchesPattern(name: string, pattern: string): boolean {
  const [first = '', ...others] = pattern.split('*');
  const last = others.pop();
  if (last === undefined) return name === pattern;
  if (!name.startsWith(first)) return false;
  let position = first.length;
  for (const part of others) {
    const found = name.indexOf(part, position);
    if (found === -1) return false;
    position = found + part.length;
  }
  return name.length - last.length >= position && name.endsWith(last);
}

// Finds the node types that the settings deny.

/** Maps each denied name to the pattern that denies it. In a pattern `*` matches any characters. */
export function findDenied(
  names: Iterable<string>,
  patterns: readonly string[] = [],
): ReadonlyMap<string, string> {
  const tests = patterns.map((pattern) => ({ pattern, test: toExpression(pattern) }));
  const denied = new Map<string, string>();
  for (const name of names) {
    const found = tests.find(({ test }) => test.test(name));
    if (found !== undefined) denied.set(name, found.pattern);
  }
  return denied;
}

function toExpression(pattern: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[\\^$.|?+()[\]{}]/gu, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 'su');
}

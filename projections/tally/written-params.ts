// Keeps the params of nodes as written, and puts resolved values in their place.

type Params = Readonly<Record<string, unknown>>;

/** By node id; that of a nested node begins with the node around it. */
export type WrittenParams = Map<string, Params>;

export interface ResolvedParam {
  readonly param: string;
  readonly value: unknown;
}

/** Keeps the params in `ir`, the workflow file, if it has any. `around`: the node that runs this workflow. */
export function keepParams(written: WrittenParams, ir: unknown, around: string | undefined): void {
  const nodes = (ir as { readonly nodes?: unknown } | undefined)?.nodes;
  if (!Array.isArray(nodes)) return;
  const prefix = around === undefined ? '' : `${around}/`;
  for (const node of nodes as readonly unknown[]) {
    const { id, params } = (node ?? {}) as { readonly id?: unknown; readonly params?: unknown };
    if (typeof id !== 'string' || typeof params !== 'object' || params === null) continue;
    written.set(prefix + id, params as Params);
  }
}

/** Returns all params of a node, those with templates as they were resolved. */
export function resolvedParams(
  written: WrittenParams,
  node: string,
  resolved: readonly ResolvedParam[],
): Record<string, unknown> {
  const values = resolved.map(({ param, value }) => [param, value] as const);
  return Object.fromEntries([...Object.entries(written.get(node) ?? {}), ...values]);
}

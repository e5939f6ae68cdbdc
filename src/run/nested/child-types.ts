// Lists the node types that a workflow file names, before it is checked.

export function listTypeNames(parsed: unknown): string[] {
  const nodes: unknown = (parsed as { nodes?: unknown } | null)?.nodes;
  if (!Array.isArray(nodes)) return [];
  return nodes.flatMap((node: unknown) => {
    const type = (node as { type?: unknown } | null)?.type;
    return typeof type === 'string' ? [type] : [];
  });
}

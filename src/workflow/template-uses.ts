// Finds the templates of a workflow and what each of them refers to.
import type { NodeType } from '../flow/node-type.ts';
import { listReferences, type Reference } from './templates/ast.ts';
import { safeParseTemplate } from './templates/parse-template.ts';
import { formatPath } from './problem.ts';
import type { Workflow } from './schema.ts';

export interface TemplateUse {
  readonly path: string;
  /** The keys of `path`, such as `['nodes', 0, 'params', 'body']`. */
  readonly keys: readonly (string | number)[];
  /** The node of the param; absent for the source of an output. */
  readonly node?: string;
  /** Names that only this place knows: the item of the node's batch, and its index. */
  readonly itemNames: readonly string[];
  readonly text: string;
  /** Why the text cannot be parsed; then there are no references. */
  readonly fault?: { readonly message: string; readonly position: number };
  readonly references: readonly Reference[];
  /** References that must resolve: they are the only operand of their expression. */
  readonly required: readonly Reference[];
}

type Location = Pick<TemplateUse, 'node' | 'itemNames'> & { readonly path: readonly (string | number)[] };

/** Skips params that a type of the registry takes literally. */
export function findTemplateUses(
  workflow: Workflow,
  registry: ReadonlyMap<string, Pick<NodeType, 'literal'>> = new Map(),
): readonly TemplateUse[] {
  const uses: TemplateUse[] = [];
  for (const [index, node] of workflow.nodes.entries()) {
    collect(
      node.batch?.items,
      { path: ['nodes', index, 'batch', 'items'], node: node.id, itemNames: [] },
      uses,
    );
    const itemNames = node.batch === undefined ? [] : [node.batch.as, '__index__'];
    const literal = registry.get(node.type)?.literal ?? [];
    for (const [param, value] of Object.entries(node.params)) {
      if (literal.includes(param)) continue;
      collect(value, { path: ['nodes', index, 'params', param], node: node.id, itemNames }, uses);
    }
  }
  for (const [name, output] of Object.entries(workflow.outputs ?? {})) {
    collect(output.source, { path: ['outputs', name, 'source'], itemNames: [] }, uses);
  }
  return uses;
}

function collect(value: unknown, location: Location, uses: TemplateUse[]): void {
  if (typeof value === 'string') {
    if (value.includes('${')) uses.push(toTemplateUse(value, location));
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries())
      collect(item, { ...location, path: [...location.path, index] }, uses);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value))
      collect(item, { ...location, path: [...location.path, key] }, uses);
  }
}

function toTemplateUse(text: string, location: Location): TemplateUse {
  const parsed = safeParseTemplate(text);
  const { path: keys, ...rest } = location;
  const use = { ...rest, path: formatPath(keys), keys, text };
  if (parsed.ok) {
    const alone = parsed.template.filter((part) => part.kind === 'expression' && part.operands.length === 1);
    return { ...use, references: listReferences(parsed.template), required: listReferences(alone) };
  }
  return {
    ...use,
    references: [],
    required: [],
    fault: { message: parsed.message, position: parsed.position },
  };
}

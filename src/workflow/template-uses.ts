// Where templates stand in a workflow, and what each of them refers to.
import type { NodeType } from '../flow/node-type.ts';
import { listReferences, type Reference } from './templates/ast.ts';
import { safeParseTemplate } from './templates/parse-template.ts';
import { formatPath } from './problem.ts';
import type { Workflow } from './schema.ts';

export interface TemplateUse {
  readonly path: string;
  /** The node whose param it is; absent for the source of an output. */
  readonly node?: string;
  readonly text: string;
  /** What is wrong with the text; then there are no references. */
  readonly fault?: { readonly message: string; readonly position: number };
  readonly references: readonly Reference[];
  /** Those that nothing stands in for: no `??` follows them or comes before them. */
  readonly required: readonly Reference[];
}

type Place = Pick<TemplateUse, 'node'> & { readonly path: readonly (string | number)[] };

/** Skips params that the type takes literally. */
export function findTemplateUses(
  workflow: Workflow,
  registry: ReadonlyMap<string, Pick<NodeType, 'literal'>> = new Map(),
): readonly TemplateUse[] {
  const uses: TemplateUse[] = [];
  for (const [index, node] of workflow.nodes.entries()) {
    const literal = registry.get(node.type)?.literal ?? [];
    for (const [param, value] of Object.entries(node.params)) {
      if (literal.includes(param)) continue;
      collect(value, { path: ['nodes', index, 'params', param], node: node.id }, uses);
    }
  }
  for (const [name, output] of Object.entries(workflow.outputs ?? {})) {
    collect(output.source, { path: ['outputs', name, 'source'] }, uses);
  }
  return uses;
}

function collect(value: unknown, place: Place, uses: TemplateUse[]): void {
  if (typeof value === 'string') {
    if (value.includes('${')) uses.push(useOf(value, place));
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries())
      collect(item, { ...place, path: [...place.path, index] }, uses);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value))
      collect(item, { ...place, path: [...place.path, key] }, uses);
  }
}

function useOf(text: string, place: Place): TemplateUse {
  const reading = safeParseTemplate(text);
  const use = { ...place, path: formatPath(place.path), text };
  if (reading.ok) {
    const alone = reading.template.filter((part) => part.kind === 'expression' && part.operands.length === 1);
    return { ...use, references: listReferences(reading.template), required: listReferences(alone) };
  }
  return {
    ...use,
    references: [],
    required: [],
    fault: { message: reading.message, position: reading.position },
  };
}

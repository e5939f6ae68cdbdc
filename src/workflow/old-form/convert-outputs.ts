// Converts declared outputs: sources without `${}`, and outputs without a source.
import { safeParseTemplate } from '../templates/parse-template.ts';
import { mapMembers, membersOf, type Members } from './members.ts';
import { withTypeName } from './type-names.ts';

interface NodeFacts {
  readonly nodes: readonly unknown[];
  /** Lists what a type writes; undefined for a type that is not known. */
  readonly outputsOf: (type: string) => readonly string[] | undefined;
}

/** Returns undefined where there are no outputs. */
export function convertOutputs(outputs: unknown, facts: NodeFacts): unknown {
  const members = membersOf(outputs);
  if (members === undefined) return outputs;
  return mapMembers(members, (spec, name) => {
    const typed = membersOf(withTypeName(spec));
    return typed === undefined ? spec : withSource(typed, name, facts);
  });
}

function withSource(spec: Members, name: string, facts: NodeFacts): Members {
  const { source } = spec;
  if (source === undefined) {
    const writer = findLastWriter(name, facts);
    return writer === undefined ? spec : { source: `\${${writer}.${name}}`, ...spec };
  }
  if (typeof source !== 'string' || source.includes('${')) return spec;
  const plain = source.replace(/^\$/u, '');
  return isReference(plain, facts) ? { ...spec, source: `\${${plain}}` } : spec;
}

/** Whether a text such as `node.key` begins with the id of a node. */
function isReference(text: string, { nodes }: NodeFacts): boolean {
  const parsed = safeParseTemplate(`\${${text}}`);
  const [part] = parsed.ok ? parsed.template : [];
  const operand = part?.kind === 'expression' ? part.operands[0] : undefined;
  if (operand?.kind !== 'reference' || operand.path.length === 0) return false;
  return nodes.some((node) => membersOf(node)?.['id'] === operand.name);
}

function findLastWriter(key: string, { nodes, outputsOf }: NodeFacts): string | undefined {
  const writers = nodes.flatMap((node) => {
    const { id, type } = membersOf(node) ?? {};
    if (typeof id !== 'string' || typeof type !== 'string') return [];
    const writes = outputsOf(type)?.includes(key);
    return writes === true ? [id] : [];
  });
  return writers.at(-1);
}

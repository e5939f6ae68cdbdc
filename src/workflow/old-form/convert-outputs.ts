// Converts declared outputs: sources without `${}`, and outputs without a source.
import { safeParseTemplate } from '../templates/parse-template.ts';
import { withTypeName } from './type-names.ts';
import { fieldsOf, mapFields, type Fields } from '../../values/json-fields.ts';

interface NodeFacts {
  readonly nodes: readonly unknown[];
  /** Maps each key that a node writes to the reference that reads it. A later node wins. */
  readonly written: ReadonlyMap<string, string>;
}

/** Returns undefined where there are no outputs. */
export function convertOutputs(outputs: unknown, facts: NodeFacts): unknown {
  const members = fieldsOf(outputs);
  if (members === undefined) return outputs;
  return mapFields(members, (spec, name) => {
    const typed = fieldsOf(withTypeName(spec));
    return typed === undefined ? spec : withSource(typed, name, facts);
  });
}

function withSource(spec: Fields, name: string, facts: NodeFacts): Fields {
  const { source } = spec;
  if (source === undefined) {
    const reference = facts.written.get(name);
    return reference === undefined ? spec : { source: `\${${reference}}`, ...spec };
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
  return nodes.some((node) => fieldsOf(node)?.['id'] === operand.name);
}

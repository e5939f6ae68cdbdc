// Converts workflows in the form of earlier versions where nothing is lost. Anything else stays as it is, so that
// validation reports it.
import type { NodeType } from '../../flow/node-type.ts';
import { convertNode } from './convert-node.ts';
import { convertOutputs } from './convert-outputs.ts';
import { listWritten } from './list-written.ts';
import { renameReferences, type Rename } from './rename-references.ts';
import { withTypeName } from './type-names.ts';
import { fieldsOf, mapFields, type Fields } from '../../values/json-fields.ts';
import { present } from '../../values/present.ts';

/** The types that are known, with what they write. */
export type TypesWithOutputs = ReadonlyMap<string, Pick<NodeType, 'outputs' | 'literal'>>;

const VERSION = '0.1.0';

/**
 * Converts an old form. Returns the value itself if it is in the present form, or is not a workflow. `changed` are
 * further references that have another name now.
 */
export function convertOldForm(
  value: unknown,
  types: TypesWithOutputs,
  changed: readonly Rename[] = [],
): unknown {
  const workflow = fieldsOf(value);
  const list = workflow?.['nodes'];
  if (workflow === undefined || !Array.isArray(list)) return value;
  const converted = (list as readonly unknown[]).map(convertNode);
  const nodes = converted.map(({ node }) => node);
  const names = new Set([...nodes.map((node) => fieldsOf(node)?.['id']), ...inputNames(workflow)]);
  // A name of its own is never that of a key which a nested workflow wrote.
  const renames = [
    ...converted.flatMap((one) => one.renames).filter(({ from }) => !names.has(from)),
    ...changed,
  ];
  const written = new Map(converted.flatMap((one) => listWritten(one, types)));
  const outputs = convertOutputs(workflow['outputs'], { nodes, written });
  const ir = {
    ...convertRoot(workflow),
    nodes: nodes.map((node) => renameInNode(node, renames, types)),
    ...present({ outputs: outputs && renameReferences(outputs, renames) }),
  };
  return isSame(ir, workflow) ? value : ir;
}

function inputNames(workflow: Fields): readonly string[] {
  return Object.keys(fieldsOf(workflow['inputs']) ?? {});
}

/** `mappings` never had a meaning. */
function convertRoot(workflow: Fields): Fields {
  const { ir_version: version, inputs } = workflow;
  const isVersion = typeof version === 'string' && /^\d+\.\d+\.\d+$/u.test(version);
  const specs = fieldsOf(inputs);
  const changed = {
    ...workflow,
    ...(isVersion ? { ir_version: VERSION } : {}),
    ...present({ inputs: specs && mapFields(specs, withTypeName) }),
  };
  const isDropped = (name: string, value: unknown): boolean =>
    name === 'mappings' || (name === 'template_resolution_mode' && value === 'strict');
  return Object.fromEntries(Object.entries(changed).filter(([name, value]) => !isDropped(name, value)));
}

function renameInNode(node: unknown, renames: readonly Rename[], types: TypesWithOutputs): unknown {
  const members = fieldsOf(node);
  if (members === undefined || renames.length === 0) return node;
  const literal = types.get(String(members['type']))?.literal ?? [];
  return mapFields(members, (value, name) => {
    const params = name === 'params' ? fieldsOf(value) : undefined;
    if (params === undefined) return renameReferences(value, renames);
    return mapFields(params, (one, param) =>
      literal.includes(param) ? one : renameReferences(one, renames),
    );
  });
}

/** Compares objects of JSON with the order of their keys. BigInts are equal to themselves only. */
function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  const [first, second] = [Object.entries(one), Object.entries(other)];
  return (
    first.length === second.length &&
    first.every(([key, value], index) => {
      const [otherKey, otherValue] = second[index] ?? [];
      return key === otherKey && isSame(value, otherValue);
    })
  );
}

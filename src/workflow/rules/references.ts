// Checks that every template can be parsed, and that its references can resolve: to an input, or to an output of a node
// that can run before. For a reference with a default (`??`) the order is not checked.
import { findPredecessors, findReachable } from '../graph.ts';
import { findNearestName } from '../../values/nearest-name.ts';
import { didYouMean, type Problem } from '../problem.ts';
import type { Reference } from '../templates/ast.ts';
import { printReference } from '../templates/print-template.ts';
import type { TemplateUse } from '../template-uses.ts';
import { BATCH_WRITER, describeOutputs, type NodeOutputs } from '../node-outputs.ts';
import { findItemList, type ItemList } from './item-lists.ts';
import { findWrongItemPath, findWrongPath, listOutputNames, type WrongPath } from './output-paths.ts';
import type { Rule, RuleSubject } from './rule.ts';
import { joinNames } from '../../values/join-names.ts';

/** Matches keys of pflow in the store. The index of an item is known only inside of its batch. */
const SYSTEM_KEY = /^__(?!index__$).*__$/;
/** Names that only a batch has. */
const ITEM_NAMES = ['item', '__index__'];

export const checkReferences: Rule = (subject) => {
  const names = collectNames(subject);
  return subject.uses.flatMap((use) => {
    if (use.fault === undefined) return [...checkReferencedNames(use, names), ...checkOrder(use, subject)];
    const message = `malformed template: ${use.fault.message} (character ${String(use.fault.position + 1)})`;
    const suggestion = use.fault.suggestion ?? 'for a literal "${" write "$${"';
    return [{ path: use.path, message, suggestion }];
  });
};

interface KnownNames {
  readonly inputs: ReadonlySet<string>;
  /** Maps each node id to what it writes; undefined for an unknown type. */
  readonly nodes: ReadonlyMap<string, NodeOutputs | undefined>;
  /** Without namespacing: every key that a node writes. Undefined if a node has an unknown type or an open schema. */
  readonly shared: ReadonlySet<string> | undefined;
  readonly isNamespaced: boolean;
  /** Maps each node whose items have a known schema to it. */
  readonly lists: ReadonlyMap<string, ItemList>;
}

function collectNames({ workflow, registry, children }: RuleSubject): KnownNames {
  const nodes = new Map(
    workflow.nodes.map((node) => [node.id, describeOutputs(node, { registry, children })] as const),
  );
  const written = [...nodes.values()].map((node) =>
    node === undefined ? undefined : listOutputNames(node.outputs),
  );
  const isOpen = written.includes(undefined);
  return {
    inputs: new Set(Object.keys(workflow.inputs ?? {})),
    nodes,
    shared: isOpen ? undefined : new Set(written.flatMap((some) => some ?? [])),
    isNamespaced: workflow.enable_namespacing,
    lists: workflow.enable_namespacing ? collectLists(workflow.nodes, nodes) : new Map(),
  };
}

function collectLists(
  nodes: RuleSubject['workflow']['nodes'],
  outputs: ReadonlyMap<string, NodeOutputs | undefined>,
): Map<string, ItemList> {
  const lists = new Map<string, ItemList>();
  for (const { id, batch } of nodes) {
    const list = batch === undefined ? undefined : findItemList(batch, outputs);
    if (list !== undefined) lists.set(id, list);
  }
  return lists;
}

function checkReferencedNames(use: TemplateUse, names: KnownNames): Problem[] {
  return use.references.flatMap((reference) => {
    const { name } = reference;
    if (use.itemNames.includes(name)) return checkItemPath(use, reference, names);
    if (names.inputs.has(name) || SYSTEM_KEY.test(name)) return [];
    if (!names.isNamespaced) return checkSharedName(use, reference, names);
    if (!names.nodes.has(name))
      return [
        unknownNameProblem(
          use,
          reference,
          new Set([...use.itemNames, ...names.inputs, ...names.nodes.keys()]),
        ),
      ];
    const node = names.nodes.get(name);
    const wrong = node === undefined ? undefined : findWrongPath(node.outputs, reference.path);
    if (node === undefined || wrong === undefined) return [];
    const fixed = findInFirstResult(node, reference.path) ?? wrong.fixed;
    return [wrongPathProblem(use, reference, { ...wrong, fixed }, `${node.writer} writes`)];
  });
}

/** An output of the type of a batch is in each of its results. */
function findInFirstResult(
  { writer, outputs }: NodeOutputs,
  path: Reference['path'],
): Reference['path'] | undefined {
  const inFirst = ['results', 0, ...path];
  return writer === BATCH_WRITER && findWrongPath(outputs, inFirst) === undefined ? inFirst : undefined;
}

function checkItemPath(use: TemplateUse, reference: Reference, { lists }: KnownNames): Problem[] {
  const list = lists.get(use.node ?? '');
  if (list?.as !== reference.name) return [];
  const wrong = findWrongItemPath(list.item, reference.path);
  return wrong === undefined
    ? []
    : [wrongPathProblem(use, reference, wrong, `an item of ${printWithBraces(list.source)} has`)];
}

function wrongPathProblem(
  use: TemplateUse,
  reference: Reference,
  { holder, available, fixed }: WrongPath,
  whole: string,
): Problem {
  const { name } = reference;
  const where = holder.length === 0 ? whole : `${printReference(name, holder)} has`;
  const message = `${printWithBraces(reference)} does not exist, ${where}: ${joinNames(available, 'no members')}`;
  return { path: use.path, message, ...didYouMean(fixed && '${' + printReference(name, fixed) + '}') };
}

function checkSharedName(use: TemplateUse, reference: Reference, names: KnownNames): Problem[] {
  if (names.shared === undefined || names.shared.has(reference.name)) return [];
  return [unknownNameProblem(use, reference, new Set([...use.itemNames, ...names.inputs, ...names.shared]))];
}

function unknownNameProblem(use: TemplateUse, reference: Reference, known: ReadonlySet<string>): Problem {
  const nearest = findNearestName(reference.name, known);
  const message = `${printWithBraces(reference)} does not exist; available: ${joinNames([...known])}`;
  return {
    path: use.path,
    message,
    ...(nearest === undefined
      ? { suggestion: suggestFor(reference.name) }
      : didYouMean('${' + printReference(nearest, reference.path) + '}')),
  };
}

function suggestFor(name: string): string {
  if (ITEM_NAMES.includes(name)) return 'only the params of a node with "batch" know its item';
  return 'for a literal "${" write "$${"';
}

function checkOrder(use: TemplateUse, { graph, workflow }: RuleSubject): Problem[] {
  if (!workflow.enable_namespacing) return [];
  const isNode = ({ name }: Reference): boolean =>
    graph.next.has(name) &&
    !(use.followsNode === true && name === use.node) &&
    !isInput(workflow, name) &&
    !use.itemNames.includes(name);
  const referenced = new Map(use.required.filter(isNode).map((reference) => [reference.name, reference]));
  if (referenced.size === 0) return [];
  const { node } = use;
  const ready =
    node === undefined ? findReachable(graph) : findPredecessors(graph, node, new Set(referenced.keys()));
  return [...referenced.values()]
    .filter(({ name }) => !ready.has(name))
    .map((reference) => {
      const when = node === undefined ? 'never runs' : `never runs before "${node}"`;
      return {
        path: use.path,
        message: `${printWithBraces(reference)} cannot be resolved: "${reference.name}" ${when}`,
      };
    });
}

function isInput(workflow: RuleSubject['workflow'], name: string): boolean {
  return Object.hasOwn(workflow.inputs ?? {}, name);
}

function printWithBraces(reference: Reference): string {
  return '${' + printReference(reference.name, reference.path) + '}';
}

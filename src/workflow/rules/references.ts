// Every template can be read and can be satisfied: by an input, or by an output of a node that can have run
// before. Where a default follows (`??`) only the names must be right, not the order.
import type * as z from 'zod';
import { findPredecessors, findReachable } from '../graph.ts';
import { findNearestName } from '../../values/nearest.ts';
import { didYouMean, type Problem } from '../problem.ts';
import type { Reference } from '../templates/ast.ts';
import { printReference } from '../templates/print-template.ts';
import type { TemplateUse } from '../template-uses.ts';
import { findWrongPath, listOutputNames } from './output-paths.ts';
import type { Rule, RuleSubject } from './rule.ts';

const SYSTEM_KEY = /^__.*__$/;

export const checkReferences: Rule = (subject) => {
  const names = knownNames(subject);
  return subject.uses.flatMap((use) => {
    if (use.fault === undefined) return [...badNames(use, names), ...tooEarly(use, subject)];
    const message = `malformed template: ${use.fault.message} (character ${String(use.fault.position + 1)})`;
    return [{ path: use.path, message, suggestion: 'for a literal "${" write "$${"' }];
  });
};

interface KnownNames {
  readonly inputs: ReadonlySet<string>;
  /** Node id → the schema of what it writes; undefined where its type is not known. */
  readonly nodes: ReadonlyMap<string, { readonly type: string; readonly outputs: z.ZodObject } | undefined>;
  /** Without namespacing: every key that some node writes. Undefined where that cannot be known. */
  readonly shared: ReadonlySet<string> | undefined;
  readonly isNamespaced: boolean;
}

function knownNames({ workflow, registry }: RuleSubject): KnownNames {
  const nodes = new Map(
    workflow.nodes.map(({ id, type }) => {
      const outputs = registry.get(type)?.outputs;
      return [id, outputs === undefined ? undefined : { type, outputs }] as const;
    }),
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
  };
}

function badNames(use: TemplateUse, names: KnownNames): Problem[] {
  return use.references.flatMap((reference) => {
    const { name } = reference;
    if (names.inputs.has(name) || SYSTEM_KEY.test(name)) return [];
    if (!names.isNamespaced) return sharedName(use, reference, names);
    if (!names.nodes.has(name))
      return [unknownName(use, reference, new Set([...names.inputs, ...names.nodes.keys()]))];
    const node = names.nodes.get(name);
    const wrong = node === undefined ? undefined : findWrongPath(node.outputs, reference.path);
    if (node === undefined || wrong === undefined) return [];
    const { holder, there, fixed } = wrong;
    const where = holder.length === 0 ? `${node.type} writes` : `${printReference(name, holder)} has`;
    const message = `${shown(reference)} does not exist, ${where}: ${there.join(', ') || 'nothing to go into'}`;
    return [{ path: use.path, message, ...didYouMean(fixed && '${' + printReference(name, fixed) + '}') }];
  });
}

function sharedName(use: TemplateUse, reference: Reference, names: KnownNames): Problem[] {
  if (names.shared === undefined || names.shared.has(reference.name)) return [];
  return [unknownName(use, reference, new Set([...names.inputs, ...names.shared]))];
}

function unknownName(use: TemplateUse, reference: Reference, known: ReadonlySet<string>): Problem {
  const near = findNearestName(reference.name, known);
  const message = `${shown(reference)} does not exist; available: ${[...known].join(', ') || 'nothing'}`;
  return {
    path: use.path,
    message,
    ...(near === undefined
      ? { suggestion: 'for a literal "${" write "$${"' }
      : didYouMean('${' + printReference(near, reference.path) + '}')),
  };
}

function tooEarly(use: TemplateUse, { graph, workflow }: RuleSubject): Problem[] {
  if (!workflow.enable_namespacing) return [];
  const isNode = ({ name }: Reference): boolean => graph.next.has(name) && !isInput(workflow, name);
  const referenced = new Map(use.required.filter(isNode).map((reference) => [reference.name, reference]));
  if (referenced.size === 0) return [];
  const { node } = use;
  const ready =
    node === undefined ? findReachable(graph) : findPredecessors(graph, node, new Set(referenced.keys()));
  return [...referenced.values()]
    .filter(({ name }) => !ready.has(name))
    .map((reference) => {
      const when = node === undefined ? 'never runs' : `never runs before "${node}"`;
      return { path: use.path, message: `${shown(reference)} cannot be there: "${reference.name}" ${when}` };
    });
}

function isInput(workflow: RuleSubject['workflow'], name: string): boolean {
  return Object.hasOwn(workflow.inputs ?? {}, name);
}

function shown(reference: Reference): string {
  return '${' + printReference(reference.name, reference.path) + '}';
}

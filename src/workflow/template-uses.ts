// Finds the templates of a workflow and what each of them refers to.
import type { NodeType } from '../flow/node-type.ts';
import { present } from '../values/present.ts';
import { listReferences, type Reference } from './templates/ast.ts';
import { createTemplateNames, type IsTemplateName } from './templates/command-names.ts';
import {
  parseCommand,
  type CommandFault,
  type CommandNames,
  type ParsedCommand,
} from './templates/parse-command.ts';
import { safeParseTemplate } from './templates/parse-template.ts';
import type { NestedWorkflows } from './nested-workflows.ts';
import { formatPath } from './problem.ts';
import type { Workflow, WorkflowNode } from './schema.ts';

export interface TemplateUse {
  readonly path: string;
  /** The keys of `path`, such as `['nodes', 0, 'params', 'body']`. */
  readonly keys: readonly (string | number)[];
  /** The node of the param; absent for the source of an output. */
  readonly node?: string;
  /** Names that only this place knows: the item of the node's batch, and its index. */
  readonly itemNames: readonly string[];
  /** It is resolved after its node, and may refer to what that wrote. */
  readonly followsNode?: true;
  readonly text: string;
  /** Why the text cannot be parsed; then there are no references. */
  readonly fault?: CommandFault;
  /** The parsed command, for a param that is one. */
  readonly command?: ParsedCommand;
  readonly references: readonly Reference[];
  /** References that must resolve: they are the only operand of their expression. */
  readonly required: readonly Reference[];
}

type TypeFacts = Pick<NodeType, 'literal' | 'commands' | 'outputs'>;
type Location = Pick<TemplateUse, 'node' | 'itemNames' | 'followsNode'> & {
  readonly path: readonly (string | number)[];
};

/** Skips params that a type of the registry takes literally. */
export function findTemplateUses(
  workflow: Workflow,
  registry: ReadonlyMap<string, TypeFacts> = new Map(),
  children?: NestedWorkflows,
): readonly TemplateUse[] {
  const uses: TemplateUse[] = [];
  const isTemplateName = createTemplateNames(workflow, { registry, children });
  for (const [index, node] of workflow.nodes.entries()) {
    const path = ['nodes', index, 'batch', 'items'];
    collect(node.batch?.items, { path, node: node.id, itemNames: [] }, uses);
    collectLoop(node, index, uses);
    collectParams(node, { index, type: registry.get(node.type), isTemplateName }, uses);
  }
  for (const [name, output] of Object.entries(workflow.outputs ?? {})) {
    collect(output.source, { path: ['outputs', name, 'source'], itemNames: [] }, uses);
  }
  return uses;
}

function collectLoop({ id, loop }: WorkflowNode, index: number, uses: TemplateUse[]): void {
  if (loop === undefined) return;
  const { max_iterations: _limit, ...templates } = loop;
  const path = ['nodes', index, 'loop'];
  collect(templates, { path, node: id, itemNames: [], followsNode: true }, uses);
}

interface NodePlace {
  readonly index: number;
  readonly type: TypeFacts | undefined;
  readonly isTemplateName: IsTemplateName;
}

function collectParams(
  node: WorkflowNode,
  { index, type, isTemplateName }: NodePlace,
  uses: TemplateUse[],
): void {
  const itemNames = node.batch === undefined ? [] : [node.batch.as, '__index__'];
  const names = commandNames(node, (name) => itemNames.includes(name) || isTemplateName(name));
  for (const [param, value] of Object.entries(node.params)) {
    if (type?.literal?.includes(param) === true) continue;
    const location = { path: ['nodes', index, 'params', param], node: node.id, itemNames };
    if (type?.commands?.includes(param) === true) collectCommand(value, location, names, uses);
    else collect(value, location, uses);
  }
}

function commandNames({ params: { env } }: WorkflowNode, isTemplateName: IsTemplateName): CommandNames {
  const variables = typeof env === 'object' && env !== null ? Object.keys(env) : [];
  return { isTemplateName, variables: new Set(variables) };
}

function collectCommand(value: unknown, location: Location, names: CommandNames, uses: TemplateUse[]): void {
  if (typeof value === 'string' && value.includes('${')) uses.push(toCommandUse(value, location, names));
}

function toCommandUse(text: string, location: Location, names: CommandNames): TemplateUse {
  const command = parseCommand(text, names);
  const { path: keys, ...rest } = location;
  const expressions = command.parts.filter((part) => typeof part !== 'string');
  return {
    ...rest,
    path: formatPath(keys),
    keys,
    text,
    command,
    ...present({ fault: command.fault }),
    references: listReferences(expressions),
    required: listReferences(expressions.filter(({ operands }) => operands.length === 1)),
  };
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

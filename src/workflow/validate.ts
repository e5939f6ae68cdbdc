// Finds every problem of a workflow in one pass, before anything runs: the schema checks its form, then the rules check
// how its keys relate.
import { checkSchema, type SchemaCheck } from './check-schema.ts';
import { buildGraph, buildRing } from './graph.ts';
import { invalidWorkflowError } from './invalid-workflow.ts';
import { NO_NESTED, type NestedWorkflows } from './nested-workflows.ts';
import type { Problem, ProblemCode } from './problem.ts';
import { checkBatches } from './rules/batch.ts';
import { warnOfCommands } from './rules/command-warnings.ts';
import { checkCommandInjection } from './rules/command-injection.ts';
import { checkEdges } from './rules/edges.ts';
import { checkInputs } from './rules/inputs.ts';
import { checkJsonInText } from './rules/json-in-text.ts';
import { checkLoops } from './rules/loop.ts';
import { checkNames } from './rules/names.ts';
import { checkNested, warnOfNested } from './rules/nested.ts';
import { checkNodeParams } from './rules/node-params.ts';
import { checkOutputs } from './rules/outputs.ts';
import { checkReachableNodes } from './rules/reachable-nodes.ts';
import { checkReferences } from './rules/references.ts';
import type { NodeFacts, Rule, RuleSubject } from './rules/rule.ts';
import type { Workflow } from './schema.ts';
import { findTemplateUses } from './template-uses.ts';

/** In the order in which problems are listed. */
const RULES: readonly (readonly [ProblemCode, Rule])[] = [
  ['NAME_INVALID', checkNames],
  ['INPUT_INVALID', checkInputs],
  ['PARAM_INVALID', checkNodeParams],
  ['NESTED_INVALID', checkNested],
  ['BATCH_INVALID', checkBatches],
  ['LOOP_INVALID', checkLoops],
  ['EDGE_INVALID', checkEdges],
  ['PATH_INVALID', checkReachableNodes],
  ['REFERENCE_UNKNOWN', checkReferences],
  ['COMMAND_UNSAFE', checkCommandInjection],
  ['OUTPUT_INVALID', checkOutputs],
];

/** Rules that do not apply where the edges cannot be read. */
const ORDER_RULES: ReadonlySet<ProblemCode> = new Set(['EDGE_INVALID', 'PATH_INVALID']);

/** Rules for what may be intended: a workflow with such a place runs. */
const WARNING_RULES: readonly Rule[] = [checkJsonInText, warnOfCommands, warnOfNested];

export interface KnownTypes {
  /** Must have the types that the workflow uses; a missing type is reported as unknown. */
  readonly registry: ReadonlyMap<string, NodeFacts>;
  /** All known type names, for suggestions; by default those of the registry. */
  readonly typeNames?: readonly string[];
  /** The nested workflows that could be read. */
  readonly children?: NestedWorkflows;
  /** Problems of nested workflows, and reasons why one could not be read. */
  readonly nestedProblems?: readonly Problem[];
  /** Explains unknown types by name, as sentences, where more is known about them. */
  readonly missing?: ReadonlyMap<string, string>;
  /** Maps each type that must not be used to the pattern that denies it. */
  readonly denied?: ReadonlyMap<string, string>;
}

export interface AssertOptions extends KnownTypes {
  /** Names the workflow in the error. */
  readonly file?: string;
}

/** Lists every problem of `value`, which may be any parsed JSON. Never throws. */
export function validateWorkflow(value: unknown, known: KnownTypes): readonly Problem[] {
  return checkWorkflowValue(value, known).problems;
}

/** Lists what a valid workflow does that may not be intended. */
export function findWarnings(workflow: Workflow, known: KnownTypes): readonly Problem[] {
  const subject = createSubject(workflow, known);
  return WARNING_RULES.flatMap((rule) => rule(subject));
}

/** Returns the workflow with defaults filled in. Throws WORKFLOW_INVALID with every problem in its details. */
export function assertValid(value: unknown, { file, ...known }: AssertOptions): Workflow {
  const { workflow, problems } = checkWorkflowValue(value, known);
  if (workflow === undefined || problems.length > 0) throw invalidWorkflowError(problems, file);
  return workflow;
}

/** Returns the workflow, as far as it can be read, together with every problem. */
export function checkWorkflowValue(value: unknown, known: KnownTypes): SchemaCheck {
  const { workflow, problems, hasUnknownOrder = false } = checkSchema(value);
  if (workflow === undefined) return { workflow, problems };
  const subject = createSubject(workflow, known, hasUnknownOrder);
  const rules = hasUnknownOrder ? RULES.filter(([code]) => !ORDER_RULES.has(code)) : RULES;
  const { nestedProblems = [] } = known;
  return {
    workflow,
    problems: [
      ...problems,
      ...rules.flatMap(([code, rule]) => rule(subject).map((problem) => ({ code, ...problem }))),
      ...nestedProblems.map((problem) => ({ ...problem, code: 'NESTED_INVALID' as const })),
    ],
  };
}

function createSubject(
  workflow: Workflow,
  { registry, typeNames, children = NO_NESTED, denied = new Map(), missing = new Map() }: KnownTypes,
  hasUnknownOrder = false,
): RuleSubject {
  return {
    workflow,
    registry,
    typeNames: typeNames ?? [...registry.keys()],
    children,
    missing,
    denied,
    graph: hasUnknownOrder ? buildRing(workflow) : buildGraph(workflow, registry),
    uses: findTemplateUses(workflow, registry, children),
  };
}

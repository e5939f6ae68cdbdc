// Prints a plan for a person to confirm. Shows each input with its origin, and each node with exactly what it would
// do. Hides nothing: invisible characters are escaped, and every line of a text keeps its margin.
import type { ReadyPlan } from '../../planner/plan.ts';
import type { InputOrigin } from '../../workflow/prepare-inputs.ts';
import type { Risk, RiskyEffect } from '../../workflow/risks.ts';
import { NO_NESTED, type NestedWorkflows } from '../../workflow/nested-workflows.ts';
import type { Workflow, WorkflowNode } from '../../workflow/schema.ts';
import { escapeInvisible } from '../../values/escape-text.ts';
import { formatJson } from '../terminal/json-text.ts';

const EFFECTS: Readonly<Record<RiskyEffect, string>> = {
  runs: 'runs a command',
  writes: 'writes or deletes files',
  sends: 'sends data out',
  'reads-private': 'reads a file that may hold secrets',
  unknown: 'may do anything: its type declares no effect',
};

const ORIGINS: Readonly<Record<InputOrigin, string>> = {
  given: 'given',
  stdin: 'piped in',
  environment: 'from the environment',
  settings: 'from the settings',
  default: 'its default',
  none: 'left out',
};

interface PlanSurroundings {
  readonly readable?: string;
  readonly children?: NestedWorkflows;
}

/**
 * `children`: the nested workflows, whose nodes are shown too. `readable` describes the variables that commands can
 * read. It is shown where the plan has commands.
 */
export function planText(
  plan: ReadyPlan,
  risks: readonly Risk[],
  { readable, children = NO_NESTED }: PlanSurroundings = {},
): readonly string[] {
  const { workflow, name, status } = plan;
  const origin = status === 'generated' ? 'built from the sentence' : 'saved, with values from the sentence';
  const count = workflow.nodes.length;
  const edges = workflow.edges ?? [];
  return [
    `plan  ${escapeInvisible(name)}, ${String(count)} ${count === 1 ? 'node' : 'nodes'}, ${origin}`,
    ...inputLines(plan),
    ...(readable !== undefined && risks.some(({ effect }) => effect === 'runs')
      ? [`  ${escapeInvisible(readable)}`]
      : []),
    ...listNodes(workflow, children).flatMap((place) => nodeLines(place, risks)),
    ...edges.map(
      ({ from, to, action }) =>
        `  ${escapeInvisible(from)} → ${escapeInvisible(to)} on ${escapeInvisible(action)}`,
    ),
  ];
}

function inputLines({ inputs: { values, origins, secrets }, fromSentence }: ReadyPlan): string[] {
  return Object.entries(values).map(([name, value]) => {
    const shown = secrets.includes(name) ? 'hidden' : escapeInvisible(formatJson(value));
    const origin = origins[name] ?? 'none';
    const from = origin === 'given' && fromSentence.includes(name) ? 'from the sentence' : ORIGINS[origin];
    return `  input ${escapeInvisible(name)} = ${shown}  (${from})`;
  });
}

interface NodePlace {
  /** `2.1` for the first node inside of the second. */
  readonly number: string;
  readonly path: string;
  readonly node: WorkflowNode;
}

function listNodes(
  { nodes }: Workflow,
  children: NestedWorkflows,
  inside?: Pick<NodePlace, 'number' | 'path'>,
): readonly NodePlace[] {
  return nodes.flatMap((node, index) => {
    const number = `${inside === undefined ? '' : `${inside.number}.`}${String(index + 1)}`;
    const path = inside === undefined ? node.id : `${inside.path}/${node.id}`;
    const child = children.get(node.id);
    const place = { number, path, node };
    return child === undefined ? [place] : [place, ...listNodes(child.workflow, child.children, place)];
  });
}

function nodeLines({ number, path, node: { type, params } }: NodePlace, risks: readonly Risk[]): string[] {
  const risk = risks.find(({ node }) => node === path);
  const effect = risk === undefined ? '' : `  ! ${EFFECTS[risk.effect]}`;
  return [
    `  ${number}. ${escapeInvisible(path)}  ${escapeInvisible(type)}${effect}`,
    ...(risk?.pasted ?? []).map(
      (template) => `     ! the value of ${escapeInvisible(template)} becomes code of the command`,
    ),
    ...Object.entries(params).flatMap(([name, value]) => paramLines(name, value)),
  ];
}

/** In full, however long: a truncated text could hide something. */
export function paramLines(name: string, value: unknown): string[] {
  const text = typeof value === 'string' ? value : formatJson(value);
  const [first = '', ...rest] = text.split('\n').map(escapeInvisible);
  const label = `     ${escapeInvisible(name)}: `;
  return [label + first, ...rest.map((line) => `     ${' '.repeat(escapeInvisible(name).length)}| ${line}`)];
}

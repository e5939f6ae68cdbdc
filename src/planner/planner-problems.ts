// What a planned workflow must not do although a workflow file may: put a value into a command, where it would be read
// as one, and leave unused what was given by name.
import { checkSchema } from '../workflow/check-schema.ts';
import type { Problem } from '../workflow/problem.ts';
import { templateUses } from '../workflow/template-uses.ts';
import type { Workflow } from '../workflow/schema.ts';
import type { Ir } from './planning-store.ts';
import type { PlanningTask } from './planning-task.ts';

export function plannerProblems(ir: Ir, { given }: Pick<PlanningTask, 'given'>): readonly Problem[] {
  const { workflow } = checkSchema(ir);
  return workflow === undefined
    ? []
    : [...valuesInCommands(workflow), ...unknownInputs(workflow, given), ...ownLimit(workflow)];
}

interface Program {
  readonly param: string;
  readonly what: string;
  readonly instead: string;
}

/** Where a text is read as a program, and how a value gets into it as a value. */
const PROGRAMS: Readonly<Record<string, Program>> = {
  shell: {
    param: 'command',
    what: 'a command',
    instead:
      'hand it over in "env", such as {"VALUE": "${…}"}, and write "$VALUE" with quotes in the command',
  },
  code: {
    param: 'code',
    what: 'code',
    instead: 'hand it over in "inputs", such as {"value": "${…}"}',
  },
};

/** A value that becomes part of a program can bring a command of its own along. */
function valuesInCommands(workflow: Workflow): Problem[] {
  const programs = new Map(
    workflow.nodes.flatMap(({ type }, index) => {
      const program = Object.hasOwn(PROGRAMS, type) ? PROGRAMS[type] : undefined;
      return program === undefined ? [] : [[`nodes[${String(index)}].params.${program.param}`, program]];
    }),
  );
  return templateUses(workflow).flatMap(({ path, references }) => {
    const program = programs.get(path);
    if (program === undefined || references.length === 0) return [];
    const names = [...new Set(references.map(({ name }) => '${' + name + '…}'))].join(', ');
    const message = `a value must not become part of ${program.what}, here ${names}`;
    return [{ path, message, suggestion: program.instead }];
  });
}

function unknownInputs({ inputs = {} }: Workflow, given: PlanningTask['given']): Problem[] {
  return Object.keys(given)
    .filter((name) => !Object.hasOwn(inputs, name))
    .map((name) => ({
      path: 'inputs',
      message: `the value of ${JSON.stringify(name)} was given by name, and there is no such input`,
      suggestion: `declare the input ${JSON.stringify(name)} and use it`,
    }));
}

/** How much may be spent is for whoever pays to say. */
function ownLimit({ max_cost_usd }: Workflow): Problem[] {
  return max_cost_usd === undefined
    ? []
    : [{ path: 'max_cost_usd', message: 'is not for the planner to set' }];
}

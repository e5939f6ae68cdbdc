// Finds what a planned workflow must not do, although a workflow file may. It must not put a value into a command,
// ignore an input that was given by name, or set its own cost limit.
import { checkSchema } from '../workflow/check-schema.ts';
import type { Problem } from '../workflow/problem.ts';
import { findTemplateUses } from '../workflow/template-uses.ts';
import type { Workflow } from '../workflow/schema.ts';
import type { Ir } from './plan.ts';
import type { PlanningTask } from './planning-task.ts';

export function plannerProblems(ir: Ir, { given }: Pick<PlanningTask, 'given'>): readonly Problem[] {
  const { workflow } = checkSchema(ir);
  return workflow === undefined
    ? []
    : [...valuesInCommands(workflow), ...unknownInputs(workflow, given), ...ownLimit(workflow)];
}

/**
 * A value that becomes part of a command line can contain a command. Code needs no such check: the code of a node is
 * never a template.
 */
function valuesInCommands(workflow: Workflow): Problem[] {
  const commands = new Set<string>(
    workflow.nodes.flatMap(({ type }, index) =>
      type === 'shell' ? [`nodes[${String(index)}].params.command`] : [],
    ),
  );
  return findTemplateUses(workflow)
    .filter(({ path, references }) => commands.has(path) && references.length > 0)
    .map(({ path, references }) => {
      const names = [...new Set(references.map(({ name }) => '${' + name + '…}'))].join(', ');
      return {
        path,
        message: `a value must not become part of a command, here ${names}`,
        suggestion:
          'hand it over in "env", such as {"VALUE": "${…}"}, and write "$VALUE" with quotes in the command',
      };
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

/** Only the user who pays may limit the cost. */
function ownLimit({ max_cost_usd }: Workflow): Problem[] {
  return max_cost_usd === undefined
    ? []
    : [{ path: 'max_cost_usd', message: 'is not for the planner to set' }];
}

// Warns of commands that do more, or less, than they seem to: values that are pasted as code, variables that change
// what a command runs, and names that are nearly those of values.
import { findNearestName } from '../../values/nearest-name.ts';
import { formatPath, type Problem } from '../problem.ts';
import type { Expression } from '../templates/ast.ts';
import { isRaw } from '../templates/hand-over.ts';
import { isAssigned } from '../templates/parse-command.ts';
import { printExpression } from '../templates/print-template.ts';
import type { TemplateUse } from '../template-uses.ts';
import type { Rule, RuleSubject } from './rule.ts';

export const warnOfCommands: Rule = (subject) => [
  ...subject.uses.flatMap((use) => [
    ...(use.command?.parts ?? []).flatMap((part) =>
      typeof part === 'string' ? [] : warnOfExpression(part, use),
    ),
    ...(use.command === undefined ? [] : warnOfNearNames(use, subject)),
  ]),
  ...warnOfInfluentialVariables(subject),
];

function warnOfExpression(expression: Expression, { path, text }: TemplateUse): Problem[] {
  if (isRaw(expression)) {
    const message = `${printExpression(expression)} pastes its value into the command, where it becomes code`;
    return [{ path, message, suggestion: 'leave out "| raw" if the value is only text' }];
  }
  const { operands } = expression;
  const [operand] = operands;
  if (operands.length > 1 || operand?.kind !== 'reference' || operand.path.length > 0) return [];
  const { name } = operand;
  if (!VARIABLE.test(name) || !isAssigned(name, text)) return [];
  const message = `\${${name}} is the value of "${name}" and not the variable that the command sets`;
  return [{ path, message, suggestion: `write $${name} for the variable` }];
}

const VARIABLE = /^[A-Za-z_]\w*$/u;
/** Without the escape `$${`, which is written on purpose. */
const EXPANSION = /(?<!\$)\$\{([A-Za-z_]\w*)\}/gu;

/** The shell expands an unknown name to nothing, so a spelling mistake would be silent. */
function warnOfNearNames({ path, text, node }: TemplateUse, { workflow }: RuleSubject): Problem[] {
  const env = workflow.nodes.find(({ id }) => id === node)?.params['env'];
  const variables = typeof env === 'object' && env !== null ? Object.keys(env) : [];
  const known = [...Object.keys(workflow.inputs ?? {}), ...workflow.nodes.map(({ id }) => id)];
  const names = new Set([...text.matchAll(EXPANSION)].map(([, name = '']) => name));
  return [...names].flatMap((name) => {
    const isCapital = name === name.toUpperCase();
    if (isCapital || variables.includes(name) || isAssigned(name, text)) return [];
    const nearest = known.includes(name) ? undefined : findNearestName(name, known);
    if (nearest === undefined) return [];
    const message = `\${${name}} belongs to the shell, since it names no input and no node`;
    return [{ path, message, suggestion: `did you mean \${${nearest}}?` }];
  });
}

/** Names that change how programs are found or what they load, whatever the command is. */
const INFLUENTIAL = /^(?:PATH|IFS|ENV|BASH_ENV|NODE_OPTIONS|LD_.*)$/u;

function warnOfInfluentialVariables({ workflow, registry }: RuleSubject): Problem[] {
  return workflow.nodes.flatMap(({ type, params: { env } }, index) => {
    const isCommand = (registry.get(type)?.commands ?? []).length > 0;
    if (!isCommand || typeof env !== 'object' || env === null) return [];
    return Object.keys(env)
      .filter((name) => INFLUENTIAL.test(name))
      .map((name) => ({
        path: formatPath(['nodes', index, 'params', 'env', name]),
        message: `${name} changes which programs the command runs or loads`,
        suggestion: 'use another name if it is only a value',
      }));
  });
}

// Checks that no value can become code in a command. A place that is not certain is refused with the line to write
// instead.
import { formatPath, type Problem } from '../problem.ts';
import { findUnsafePlaces, isRaw } from '../templates/hand-over.ts';
import { isAssigned } from '../templates/parse-command.ts';
import { printExpression } from '../templates/print-template.ts';
import { describeUnsafePlace } from '../templates/unsafe-place.ts';
import { safeParseTemplate } from '../templates/parse-template.ts';
import type { TemplateUse } from '../template-uses.ts';
import type { Rule } from './rule.ts';

export const checkCommands: Rule = ({ uses }) =>
  uses.flatMap((use) => {
    const { path, command } = use;
    if (command === undefined) return findRawOutside(use);
    if (command.fault !== undefined) return [];
    return findUnsafePlaces(command).map((unsafe) => ({ path, ...describeUnsafePlace(unsafe) }));
  });

/** Elsewhere nothing runs a value, so that `raw` would only promise what is not there. */
function findRawOutside({ path, text }: TemplateUse): Problem[] {
  const parsed = safeParseTemplate(text);
  const raw = parsed.ok ? parsed.template.find((part) => part.kind === 'expression' && isRaw(part)) : undefined;
  if (raw?.kind !== 'expression') return [];
  const message = `${printExpression(raw)}: "raw" is for commands, and this text is none`;
  return [{ path, message, suggestion: 'leave out "| raw"' }];
}

/** Names that change how programs are found or what they load, whatever the command is. */
const INFLUENTIAL = /^(?:PATH|IFS|ENV|BASH_ENV|NODE_OPTIONS|LD_.*)$/u;

/** Warns of values that are pasted as code, and of variables that change what a command runs. */
export const warnOfCommands: Rule = ({ workflow, uses, registry }) => [
  ...uses.flatMap(({ path, command, text, keys }) =>
    (command?.parts ?? []).flatMap((part) => {
      if (typeof part === 'string') return [];
      const [operand] = part.operands;
      if (isRaw(part)) {
        const message = `${printExpression(part)} pastes its value into the command, where it becomes code`;
        return [{ path, message, suggestion: 'leave out "| raw" if the value is only text' }];
      }
      const name = operand?.kind === 'reference' && operand.path.length === 0 ? operand.name : '';
      if (part.operands.length > 1 || !/^[A-Za-z_]\w*$/u.test(name) || !isAssigned(name, text)) return [];
      const of = keys.length === 0 ? '' : 'and not the variable that the command sets';
      return [{ path, message: `\${${name}} is the value of "${name}" ${of}`, suggestion: `write $${name} for the variable` }];
    }),
  ),
  ...workflow.nodes.flatMap(({ type, params: { env } }, index) => {
    if ((registry.get(type)?.commands ?? []).length === 0 || typeof env !== 'object' || env === null) return [];
    return Object.keys(env)
      .filter((name) => INFLUENTIAL.test(name))
      .map((name) => ({
        path: formatPath(['nodes', index, 'params', 'env', name]),
        message: `${name} changes which programs the command runs or loads`,
        suggestion: 'use another name if it is only a value',
      }));
  }),
];

// Fills the templates of a command: each value becomes a variable of the process, and never code.
import { PflowError } from '../../errors.ts';
import type { Expression } from './ast.ts';
import type { CommandOption } from '../../flow/context.ts';
import { handOver, KnownCommand, type OptionPlace } from './hand-over.ts';
import { parseCommand, type CommandNames } from './parse-command.ts';
import { printExpression } from './print-template.ts';
import { resolveExpression, type ResolvedValue } from './resolve-value.ts';
import type { Scope } from './scope.ts';
import { toText } from './to-text.ts';
import { describeUnsafePlace } from './unsafe-place.ts';

export interface CommandScope extends CommandNames {
  /** Inputs whose values are not shown in the command. */
  readonly secrets: ReadonlySet<string>;
  /** Keeps parsed commands, so that a node in a loop is parsed once. */
  readonly parsed: Map<string, KnownCommand>;
}

/** Throws WORKFLOW_INVALID where a value could become code. */
export function resolveCommand(command: string, scope: Scope, context: CommandScope): ResolvedValue {
  const known = context.parsed.get(command) ?? new KnownCommand(parseCommand(command, context));
  context.parsed.set(command, known);
  const { parsed } = known;
  if (parsed.fault !== undefined) throw unsafeCommandError(parsed.fault.message, parsed.fault.suggestion);
  const values = new Map<Expression, ResolvedValue>();
  for (const part of parsed.parts) {
    if (typeof part !== 'string') values.set(part, resolveExpression(part, scope));
  }
  const references = [...values.values()].flatMap((resolved) => resolved.references);
  const missing = [...values.values()].flatMap((resolved) => resolved.missing);
  if (missing.length > 0) return { value: '', references, missing };
  const textOf = (expression: Expression): string => toText(values.get(expression)?.value, expression);
  const shownOf = (expression: Expression): string => {
    const secret = values.get(expression)?.references.find(({ name }) => context.secrets.has(name));
    return secret === undefined ? textOf(expression) : `<redacted:${secret.name}>`;
  };
  const {
    unsafe,
    optionValues,
    script: value,
    ...given
  } = handOver(known, { textOf, shownOf }, context.variables);
  for (const place of unsafe) {
    const { message, suggestion } = describeUnsafePlace(place);
    throw unsafeCommandError(message, suggestion);
  }
  const options = optionValues.map(toCommandOption);
  const line = options.length === 0 ? given : { ...given, options };
  return { value, references, missing, ...(references.length === 0 ? {} : { line }) };
}

function toCommandOption({ expression, program }: OptionPlace): CommandOption {
  const names = expression.operands.flatMap((operand) =>
    operand.kind === 'reference' ? [operand.name] : [],
  );
  return { template: printExpression(expression), names, program };
}

function unsafeCommandError(message: string, suggestion: string | undefined): PflowError {
  const hint = suggestion ?? 'For a literal "${" write "$${".';
  return new PflowError('WORKFLOW_INVALID', `the command was not run: ${message}`, { hint });
}

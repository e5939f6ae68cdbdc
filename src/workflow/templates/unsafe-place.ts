// Describes where in a command a value could become code, and what to write instead.
import type { Expression } from './ast.ts';
import type { UnsafePlace } from './hand-over.ts';
import { printExpression } from './print-template.ts';
import { nameVariable, writeEnv } from './suggest-variable.ts';

export function describeUnsafePlace({ expression, place, advice = DEFAULT_ADVICE }: UnsafePlace): {
  readonly message: string;
  readonly suggestion: string;
} {
  const template = printExpression(expression);
  const variable = nameVariable(nameOf(expression));
  const written = advice.replaceAll('NAME', variable).replaceAll('TEMPLATE', template);
  const line = advice.startsWith('and ') ? `${writeEnv(variable, template)} ${written}` : written;
  const raw = printExpression({ ...expression, filters: [...(expression.filters ?? []), 'raw'] });
  return {
    message: `${template} is ${place}, where its value could become code`,
    suggestion: place === WHOLE_COMMAND ? `${line}, or ${raw} to run the value as a command` : line,
  };
}

const DEFAULT_ADVICE = 'and "$NAME" in the command';
const WHOLE_COMMAND = 'as the whole command';

/** The last name of the first reference: `stdout` of `${list.stdout}`, or the name itself. */
function nameOf({ operands }: Expression): string {
  const [first] = operands;
  if (first?.kind !== 'reference') return 'VALUE';
  const { name, path } = first;
  return path.length === 0 ? name : [name, ...path.filter((key) => typeof key === 'string')].join('_');
}

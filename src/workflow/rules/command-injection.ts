// Checks that no value can become code in a command. A place that is not certain is refused with the line to write
// instead.
import type { Problem } from '../problem.ts';
import { findUnsafePlaces, isRaw } from '../templates/hand-over.ts';
import { printExpression } from '../templates/print-template.ts';
import { describeUnsafePlace } from '../templates/unsafe-place.ts';
import { safeParseTemplate } from '../templates/parse-template.ts';
import type { TemplateUse } from '../template-uses.ts';
import type { Rule } from './rule.ts';

export const checkCommandInjection: Rule = ({ uses }) =>
  uses.flatMap((use) => {
    const { path, command } = use;
    if (command === undefined) return findRawOutside(use);
    if (command.fault !== undefined) return [];
    return findUnsafePlaces(command).map((unsafe) => ({ path, ...describeUnsafePlace(unsafe) }));
  });

/** Elsewhere nothing runs a value, so that `raw` would only promise what is not there. */
function findRawOutside({ path, text }: TemplateUse): Problem[] {
  const parsed = safeParseTemplate(text);
  const raw = parsed.ok
    ? parsed.template.find((part) => part.kind === 'expression' && isRaw(part))
    : undefined;
  if (raw?.kind !== 'expression') return [];
  const message = `${printExpression(raw)}: "raw" is for commands only`;
  return [{ path, message, suggestion: 'leave out "| raw"' }];
}

// Describes to a model what was given beside the sentence. Never includes a value: it may be secret.
import { asData } from './as-data.ts';
import { withoutLastNewline } from '../workflow/prepare-inputs.ts';
import type { PlanningTask } from './planning-task.ts';

export function describeGiven({ given, stdin }: PlanningTask): string {
  const names = Object.keys(given);
  const inputs =
    names.length === 0
      ? 'No inputs were given by name.'
      : `Inputs that were given by name, with values that you need not know: ${names.map(asData).join(', ')}`;
  const piped =
    stdin === undefined
      ? 'Nothing was piped in.'
      : `Text was piped in: ${describeLength(withoutLastNewline(stdin))}.`;
  return `${inputs}\n${piped}`;
}

function describeLength(text: string): string {
  return `${String(text.length)} characters, ${String(text.split('\n').length)} lines`;
}

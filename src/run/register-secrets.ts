// Tells a log, or a redactor, what must never be shown, before the first event: secret inputs, and whatever stands in the
// inputs or in the workflow file under a name that says secret.
import { secretsIn } from '../log/secrets/redaction.ts';
import type { Workflow } from '../workflow/schema.ts';

export interface SecretRegistry {
  conceal(name: string, value: string): void;
}

export function registerSecrets(
  to: SecretRegistry,
  workflow: Workflow,
  inputs: Readonly<Record<string, unknown>>,
  secretInputs: readonly string[],
): void {
  for (const name of secretInputs) registerTexts(to, name, inputs[name]);
  for (const [name, value] of secretsIn(inputs)) to.conceal(name, value);
  for (const { params } of workflow.nodes) {
    for (const [name, value] of secretsIn(params)) to.conceal(name, value);
  }
}

/** Every text in a value that is secret as a whole. */
function registerTexts(to: SecretRegistry, name: string, value: unknown): void {
  if (typeof value === 'string') to.conceal(name, value);
  else if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) registerTexts(to, name, inner);
  }
}

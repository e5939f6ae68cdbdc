// Registers the secrets of a run with its log or redactor, before the first event. These are its secret inputs, and
// every value that the inputs or the workflow file hold under a secret name.
import { secretsIn } from '../log/secrets/redaction.ts';
import type { RunRequest } from './run-request.ts';

export interface SecretRegistry {
  registerSecret(name: string, value: string): void;
}

export function registerSecrets(
  registry: SecretRegistry,
  { workflow, inputs }: Pick<RunRequest, 'workflow' | 'inputs'>,
): void {
  for (const name of inputs.secrets) registerTexts(registry, name, inputs.values[name]);
  for (const [name, value] of secretsIn(inputs.values)) registry.registerSecret(name, value);
  for (const { params } of workflow.nodes) {
    for (const [name, value] of secretsIn(params)) registry.registerSecret(name, value);
  }
}

/** Registers every text in a value that is secret as a whole. */
function registerTexts(registry: SecretRegistry, name: string, value: unknown): void {
  if (typeof value === 'string') registry.registerSecret(name, value);
  else if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) registerTexts(registry, name, inner);
  }
}

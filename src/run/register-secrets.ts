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
  registerSecretsIn(registry, inputs.values);
  for (const { params } of workflow.nodes) registerSecretsIn(registry, params);
}

/** Registers the texts in a value that are under a secret name. */
export function registerSecretsIn(registry: SecretRegistry, value: unknown): void {
  for (const [name, text] of secretsIn(value)) registry.registerSecret(name, text);
}

/** Registers every text in a value that is secret as a whole. */
function registerTexts(registry: SecretRegistry, name: string, value: unknown): void {
  if (typeof value === 'string') registry.registerSecret(name, value);
  else if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) registerTexts(registry, name, inner);
  }
}

// Registers the secrets of a run with its log or redactor, before the first event. These are its secret inputs, and
// every value that the inputs or the workflow file hold under a secret name.
import { isPlainWord, secretsIn } from '../log/secrets/redaction.ts';
import { exactJsonText } from '../values/exact-json.ts';
import type { RunRequest } from './run-request.ts';

const SHORTEST_JSON = 12;

export interface SecretRegistry {
  registerSecret(name: string, value: string): void;
  registerSecretScalar(name: string, value: string | number | bigint): void;
}

export function registerSecrets(
  registry: SecretRegistry,
  { workflow, inputs }: Pick<RunRequest, 'workflow' | 'inputs'>,
): void {
  for (const name of inputs.secrets) {
    registerSecretValue(registry, name, inputs.values[name]);
    const spec = workflow.inputs?.[name];
    if (spec?.secret === true) registerSecretValue(registry, name, spec.default);
  }
  registerNamedSecrets(registry, inputs.values);
  for (const { params } of workflow.nodes) registerNamedSecrets(registry, params);
}

/** Registers the texts in a value that are under a secret name. */
export function registerNamedSecrets(registry: SecretRegistry, value: unknown): void {
  for (const [name, text] of secretsIn(value)) registry.registerSecret(name, text);
}

/** Registers the texts, numbers and unusual keys of a secret value, and whole objects. */
export function registerSecretValue(registry: SecretRegistry, name: string, value: unknown): void {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') {
    registry.registerSecretScalar(name, value);
  } else if (typeof value === 'object' && value !== null) {
    const text = exactJsonText(value) ?? '';
    // Shorter ones, such as `{"a":1}`, occur without being this value.
    if (text.length >= SHORTEST_JSON) registry.registerSecret(name, text);
    for (const [key, inner] of Object.entries(value)) {
      // Keys such as `user` occur everywhere.
      if (!Array.isArray(value) && !isPlainWord(key)) registry.registerSecret(name, key);
      registerSecretValue(registry, name, inner);
    }
  }
}

// What must not be shown of a run, known from its request alone: for where no log is there to ask.
import { createRedactor, type Redactor } from '../../log/secrets/redaction.ts';
import { registerSecrets } from '../../run/register-secrets.ts';
import type { RunRequest } from '../../run/run-request.ts';

export type SecretSources = Pick<RunRequest, 'workflow' | 'inputs' | 'secretInputs' | 'env'>;

export function createRunRedactor({ workflow, inputs, secretInputs = [], env }: SecretSources): Redactor {
  const redactor = createRedactor({ env });
  registerSecrets(redactor, workflow, inputs, secretInputs);
  return redactor;
}

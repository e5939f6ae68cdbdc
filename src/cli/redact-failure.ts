// Removes secrets from an error that pflow did not expect. Its message may hold anything.
import { PflowError } from '../errors.ts';
import { readHomeSecrets } from '../home/home-secrets.ts';
import { createRedactor } from '../log/secrets/redaction.ts';
import { redactError } from '../run/redact-outcome.ts';
import type { Environment } from '../values/environment.ts';

/** `args`: the command line, with inputs. */
export function redactFailure(error: PflowError, env: Environment, args: readonly string[]): PflowError {
  try {
    const redactor = createRedactor({ env, ...readHomeSecrets(env), settings: inputsIn(args) });
    return redactError(error, (text) => redactor.redact(text));
  } catch {
    // The search for secrets is what failed. Its message may quote them.
    return new PflowError('INTERNAL', 'pflow itself failed, and cannot search the reason for secrets', {
      hint: 'This is a bug in pflow. The reason is not shown, since it may hold a secret.',
    });
  }
}

function inputsIn(args: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    args.flatMap((arg) => {
      const at = arg.indexOf('=');
      return at > 0 ? [[arg.slice(0, at), arg.slice(at + 1)] as const] : [];
    }),
  );
}

// Names the secrets of the settings: the values of `env`, and the variables that hold the keys of providers.
import { PflowError } from '../errors.ts';
import type { KnownSecrets } from '../log/secrets/redaction.ts';
import { readSettings } from './settings.ts';

/** Empty for settings that are not valid: the run then fails because of them, elsewhere. */
export function settingsSecrets(
  env: Readonly<Record<string, string | undefined>>,
): Pick<KnownSecrets, 'variables' | 'secrets'> {
  try {
    const { providers = {}, env: secrets = {} } = readSettings(env);
    const variables = Object.values(providers).flatMap(({ api_key_env }) =>
      api_key_env === undefined ? [] : [api_key_env],
    );
    return { variables, secrets };
  } catch (error) {
    if (error instanceof PflowError) return {};
    throw error;
  }
}

// Names the variables that hold the keys of the providers in the settings. Their names need not look like a secret.
import { PflowError } from '../errors.ts';
import { readSettings } from './settings.ts';

/** Empty for settings that are not valid: the run then fails because of them, elsewhere. */
export function keyVariables(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  try {
    const { providers = {} } = readSettings(env);
    return Object.values(providers).flatMap(({ api_key_env }) =>
      api_key_env === undefined ? [] : [api_key_env],
    );
  } catch (error) {
    if (error instanceof PflowError) return [];
    throw error;
  }
}

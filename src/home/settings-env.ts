// Adds the values of `env` in the settings to an environment. Keys of models are found there; commands of nodes do
// not get the values.
import type { Settings } from './settings.ts';
import type { Environment } from '../values/environment.ts';

/** A variable of the environment wins. Returns the environment itself where the settings have no values. */
export function withSettingsEnv(env: Environment, { env: values }: Settings): Environment {
  return values === undefined ? env : { ...values, ...env };
}

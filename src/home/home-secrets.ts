// Lists what the settings and `mcp.json` make secret: variables whose names need not look like a secret, and texts.
import { PflowError } from '../errors.ts';
import { readMcpSecrets } from './mcp/secrets.ts';
import { readSettings } from './settings.ts';

export interface HomeSecrets {
  /** Names of variables that are secret. */
  readonly variables: readonly string[];
  /** Values under names; those with a secret name are secret. */
  readonly settings: unknown;
}

export function readHomeSecrets(env: Readonly<Record<string, string | undefined>>): HomeSecrets {
  const { variables, texts } = readMcpSecrets(env);
  return { variables: [...keyVariables(env), ...variables], settings: texts };
}

/** Empty for settings that are not valid: the run then fails because of them, elsewhere. */
function keyVariables(env: Readonly<Record<string, string | undefined>>): readonly string[] {
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

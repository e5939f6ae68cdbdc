// Lists what the settings and `mcp.json` make secret: variables whose names need not look like a secret, and texts.
import type { KnownSecrets } from '../log/secrets/redaction.ts';
import { readMcpSecrets } from './mcp/secrets.ts';
import { settingsSecrets } from './settings-secrets.ts';

/** Empty for files that are not valid: the run that needs them then fails because of them, elsewhere. */
export function readHomeSecrets(
  env: Readonly<Record<string, string | undefined>>,
): Pick<KnownSecrets, 'variables' | 'secrets' | 'settings'> {
  const { variables = [], ...secrets } = settingsSecrets(env);
  const servers = readMcpSecrets(env);
  return { ...secrets, variables: [...variables, ...servers.variables], settings: servers.texts };
}

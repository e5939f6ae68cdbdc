// Lists what is secret in `mcp.json`: values of variables that it names, and texts under a secret name.
import { PflowError } from '../../errors.ts';
import { readMcpConfig } from './config.ts';
import { isHttp, type ServerConfig } from './server-schema.ts';
import { secretVariablesOf } from './variables.ts';

interface McpSecrets {
  /** Names of variables whose values are secret, whatever their names. */
  readonly variables: readonly string[];
  /** Texts by name; those with a secret name are secret. */
  readonly texts: readonly Readonly<Record<string, string>>[];
}

/** Empty for a file that is not valid: a run that needs a server then fails because of it, elsewhere. */
export function readMcpSecrets(env: Readonly<Record<string, string | undefined>>): McpSecrets {
  try {
    const servers = [...readMcpConfig(env).servers.values()];
    return { variables: servers.flatMap(secretVariablesOf), texts: servers.flatMap(namedTexts) };
  } catch (error) {
    if (error instanceof PflowError) return { variables: [], texts: [] };
    throw error;
  }
}

/** A server that repeats a token leaves out the word before it: `Bearer`. */
function namedTexts(config: ServerConfig): readonly Readonly<Record<string, string>>[] {
  if (!isHttp(config)) return [config.env];
  const tokens = Object.entries(config.headers).map(([name, text]) => [name, text.replace(/^\S+\s+/u, '')]);
  return [config.headers, Object.fromEntries(tokens) as Record<string, string>];
}

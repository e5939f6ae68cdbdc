// Fills `${VAR}` and `${VAR:-default}` in the texts of a server. Names the secret variables.
import { PflowError } from '../../errors.ts';
import { isHttp, type ServerConfig } from './server-schema.ts';
import type { Environment } from '../../values/environment.ts';

const REFERENCE = /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^{}]*))?\}/gu;

/** Their values occur in many texts and are not secret. */
const PUBLIC_VARIABLES = new Set('HOME USER LOGNAME PWD OLDPWD PATH SHELL TMPDIR LANG TERM TZ'.split(' '));

/** As in a shell, an empty variable takes the default. Throws MCP_CONFIG_INVALID that names every unset variable. */
export function fillVariables(name: string, config: ServerConfig, env: Environment): ServerConfig {
  const missing = new Set<string>();
  const fill = (text: string): string =>
    text.replaceAll(REFERENCE, (_whole, variable: string, fallback: string | undefined) => {
      const value = env[variable] ?? '';
      if (value !== '') return value;
      if (fallback === undefined) missing.add(variable);
      return fallback ?? '';
    });
  const filled = mapTexts(config, fill);
  if (missing.size === 0) return filled;
  const names = [...missing].join(', ');
  throw new PflowError('MCP_CONFIG_INVALID', `the MCP server ${name} needs ${names}, which is not set`, {
    hint: `Set it in the environment, or give a default: \${${[...missing][0] ?? 'NAME'}:-…}.`,
  });
}

/** Names every variable in the texts of a server that may be a secret. */
export function secretVariablesOf(config: ServerConfig): readonly string[] {
  const names = new Set<string>();
  mapTexts(config, (text) => {
    for (const [, name = ''] of text.matchAll(REFERENCE)) if (!PUBLIC_VARIABLES.has(name)) names.add(name);
    return text;
  });
  return [...names];
}

function mapTexts(config: ServerConfig, change: (text: string) => string): ServerConfig {
  if (isHttp(config))
    return { ...config, url: change(config.url), headers: mapValues(config.headers, change) };
  const { command, args, env, cwd } = config;
  return {
    ...config,
    command: change(command),
    args: args.map(change),
    env: mapValues(env, change),
    ...(cwd === undefined ? {} : { cwd: change(cwd) }),
  };
}

function mapValues(
  texts: Readonly<Record<string, string>>,
  change: (text: string) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, change(text)]));
}

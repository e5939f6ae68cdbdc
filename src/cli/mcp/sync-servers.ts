// Reads the tools of MCP servers for `pflow mcp sync`. The failure of one does not affect the others.
import { PflowError } from '../../errors.ts';
import { readHomeSecrets } from '../../home/home-secrets.ts';
import { mcpConfigPath, readMcpConfig, requireServer } from '../../home/mcp/config.ts';
import { workingFolder } from '../../home/paths.ts';
import { createRedactor, type Redactor } from '../../log/secrets/redaction.ts';
import { loadClientClass } from '../../mcp/sdk.ts';
import { syncServer, type SyncedServer } from '../../mcp/sync-server.ts';
import { redactError } from '../../run/redact-outcome.ts';
import { formatCount } from '../../values/format-count.ts';
import { colour } from '../terminal/colour.ts';
import { asPflowError, formatError, toJsonError } from '../terminal/error-text.ts';
import { stopOnSignals } from '../terminal/signals.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { McpFlags } from './list-servers.ts';

export interface SyncFlags extends McpFlags {
  /** Seconds. */
  readonly timeout: number;
}

interface FailedSync {
  readonly server: string;
  readonly error: PflowError;
}

type SyncOutcome = SyncedServer | FailedSync;

/** Returns exit code 1 if a server failed. Throws MCP_CONFIG_INVALID, MCP_SERVER_UNKNOWN, MCP_SDK_MISSING and USAGE. */
export async function syncServers(
  named: readonly string[],
  { json, timeout: timeout_s }: SyncFlags,
  terminal: Terminal,
): Promise<number> {
  const { env } = process;
  const config = readMcpConfig(env);
  const names = named.length === 0 ? [...config.servers.keys()] : [...new Set(named)];
  if (names.length === 0) throw noServerError();
  const servers = names.map((name) => [name, requireServer(config, name)] as const);
  await loadClientClass();
  const redactor = createRedactor({ env, ...readHomeSecrets(env) });
  const controller = new AbortController();
  const release = stopOnSignals(controller);
  try {
    const { signal } = controller;
    const options = { cwd: workingFolder(), env, timeout_s, signal };
    const outcomes = await Promise.all(
      servers.map(async ([server, one]): Promise<SyncOutcome> => {
        try {
          return await syncServer(server, one, options);
        } catch (error) {
          return { server, error: redactError(asPflowError(error), (text) => redactor.redact(text)) };
        }
      }),
    );
    signal.throwIfAborted();
    print(outcomes, json === true, redactor, terminal);
    return outcomes.some((outcome) => 'error' in outcome) ? 1 : 0;
  } finally {
    release();
  }
}

function noServerError(): PflowError {
  return new PflowError('USAGE', `${mcpConfigPath(process.env)} names no MCP server`, {
    hint: 'pflow guide mcp shows how to add one.',
  });
}

function print(
  outcomes: readonly SyncOutcome[],
  asJson: boolean,
  redactor: Redactor,
  terminal: Terminal,
): void {
  if (asJson) {
    const servers = outcomes.map((one) => ('error' in one ? { ...one, error: toJsonError(one.error) } : one));
    terminal.out(`${redactor.redact(JSON.stringify({ servers }, undefined, 2))}\n`);
  }
  const width = Math.max(...outcomes.map(({ server }) => server.length));
  for (const outcome of outcomes) {
    if ('error' in outcome) terminal.err(formatError(outcome.error));
    else if (!asJson)
      terminal.out(`${colour.green('synced')}  ${outcome.server.padEnd(width)}  ${describe(outcome)}\n`);
  }
}

function describe({ tools, added, removed, changed }: SyncedServer): string {
  const changes = [
    ...(added.length === tools || added.length === 0 ? [] : [`new: ${added.join(', ')}`]),
    ...(removed.length === 0 ? [] : [`gone: ${removed.join(', ')}`]),
    ...(changed.length === 0 ? [] : [`changed: ${changed.join(', ')}`]),
  ];
  return [formatCount(tools, 'tool'), ...changes].join('; ');
}

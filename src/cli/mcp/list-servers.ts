// Prints the configured MCP servers for `pflow mcp list`, and whether their tools are known.
import { readHomeSecrets } from '../../home/home-secrets.ts';
import { readMcpConfig } from '../../home/mcp/config.ts';
import { isHttp, type ServerConfig } from '../../home/mcp/server-schema.ts';
import { digestOf, readStoredServer } from '../../home/mcp/stored-tools.ts';
import { createRedactor } from '../../log/secrets/redaction.ts';
import { colour } from '../terminal/colour.ts';
import { formatAgo } from '../terminal/format.ts';
import { formatList, formatOf, type ListFormat } from '../terminal/list-format.ts';
import { alignRows } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';

export interface McpFlags {
  readonly json?: boolean;
  readonly format?: ListFormat;
  readonly verbose?: boolean;
}

interface ServerDocument {
  readonly server: string;
  readonly transport: 'stdio' | 'http';
  /** The command line, or the origin of the address, without secrets. */
  readonly address: string;
  /** Null before the first sync. */
  readonly tools: number | null;
  readonly synced_at: string | null;
  /** True when the configuration has changed since. */
  readonly is_stale: boolean;
}

export function listServers(flags: McpFlags, terminal: Terminal): number {
  const { env } = process;
  const { path, servers } = readMcpConfig(env);
  const redactor = createRedactor({ env, ...readHomeSecrets(env) });
  const documents = [...servers].map(([server, config]) =>
    describeServer(server, config, (text) => redactor.redact(text)),
  );
  const format = formatOf(flags);
  if (format === 'json') terminal.out(`${JSON.stringify({ path, servers: documents }, undefined, 2)}\n`);
  else if (format !== 'table')
    terminal.out(
      formatList(
        documents.map((one) => ({ ...one })),
        COLUMNS,
        format,
      ),
    );
  else if (documents.length === 0) terminal.out(`${colour.dim(`no server in ${path}`)}\n`);
  else terminal.out(`${alignRows(documents.map(toRow)).join('\n')}\n`);
  return 0;
}

const COLUMNS = ['server', 'transport', 'address', 'tools', 'synced_at', 'is_stale'];

function describeServer(
  server: string,
  config: ServerConfig,
  redact: (text: string) => string,
): ServerDocument {
  const stored = readStoredServer(process.env, server);
  return {
    server,
    transport: isHttp(config) ? 'http' : 'stdio',
    address: redact(addressOf(config)),
    tools: stored?.tools.length ?? null,
    synced_at: stored?.synced_at ?? null,
    is_stale: stored !== undefined && stored.config_digest !== digestOf(config),
  };
}

/** Shows no path of an address: some services put a key into it. */
function addressOf(config: ServerConfig): string {
  if (!isHttp(config)) return [config.command, ...config.args].join(' ');
  return URL.canParse(config.url) ? new URL(config.url).origin : config.url;
}

function toRow({
  server,
  transport,
  address,
  tools,
  synced_at,
  is_stale,
}: ServerDocument): Record<string, unknown> {
  const synced = synced_at === null ? 'never' : formatAgo(Date.parse(synced_at), Date.now());
  return {
    server,
    kind: transport,
    tools: tools ?? '',
    synced: is_stale ? `${synced}, changed since` : synced,
    address,
  };
}

// Prints the tools of MCP servers as node types for `pflow mcp tools`.
import { readMcpConfig, requireServer } from '../../home/mcp/config.ts';
import { readStoredServer } from '../../home/mcp/stored-tools.ts';
import { loadToolTypes } from '../../home/mcp/tool-types.ts';
import { colour } from '../terminal/colour.ts';
import { formatLabelledLine } from '../terminal/format.ts';
import { toOneLine } from '../../values/escape-text.ts';
import { formatList, formatOf } from '../terminal/list-format.ts';
import { alignRows } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { listMembers } from '../registry/schema-members.ts';
import { toTypeDocument } from '../registry/type-document.ts';
import type { McpFlags } from './list-servers.ts';

/** Throws MCP_CONFIG_INVALID, and MCP_SERVER_UNKNOWN for a server that is not configured. */
export function listTools(named: string | undefined, flags: McpFlags, terminal: Terminal): number {
  const { env } = process;
  const config = readMcpConfig(env);
  if (named !== undefined) requireServer(config, named);
  const names = named === undefined ? [...config.servers.keys()] : [named];
  const { types, servers } = loadToolTypes(env);
  const tools = [...types.values()].flatMap((type) => {
    const server = servers.get(type.type) ?? '';
    const is_read_only = type.effect !== undefined;
    return names.includes(server) ? [{ server, is_read_only, ...toTypeDocument(type, server) }] : [];
  });
  const format = formatOf(flags);
  if (format === 'json')
    terminal.out(`${JSON.stringify({ tools: tools.map(withoutModule) }, undefined, 2)}\n`);
  else if (format !== 'table') terminal.out(formatList(tools, COLUMNS, format));
  else if (tools.length > 0) {
    const rows = tools.map(({ type, params, is_read_only, summary }) => ({
      type,
      needs: listMembers(params)
        .flatMap(({ name, required }) => (required ? [name] : []))
        .join(' '),
      effect: is_read_only ? 'reads' : 'any',
      'what it does': toOneLine(summary),
    }));
    terminal.out(`${alignRows(rows).join('\n')}\n`);
  } else if (names.length === 0) terminal.out(`${colour.dim(`no server in ${config.path}`)}\n`);
  for (const name of names) {
    if (readStoredServer(env, name) !== undefined) continue;
    terminal.err(
      formatLabelledLine('note', `the tools of ${name} are not known yet: pflow mcp sync ${name}`),
    );
  }
  return 0;
}

const COLUMNS = ['type', 'server', 'is_read_only', 'summary'];

function withoutModule<T extends { readonly module: unknown }>({
  module: _module,
  ...tool
}: T): Omit<T, 'module'> {
  return tool;
}

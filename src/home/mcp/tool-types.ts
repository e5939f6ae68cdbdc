// Makes node types of the tools that were synced. Explains types that are not among them.
import { PflowError } from '../../errors.ts';
import type { NodeType } from '../../flow/node-type.ts';
import { createToolType } from '../../nodes/mcp/tool-type.ts';
import type { RunContext } from '../../nodes/run-context.ts';
import { findNearestName } from '../../values/nearest-name.ts';
import { readMcpConfig, type McpConfig } from './config.ts';
import { readStoredServer, type StoredServer, type StoredTool } from './stored-tools.ts';
import type { Environment } from '../../values/environment.ts';

const PREFIX = 'mcp-';

/** `mcp-<server>-<tool>`. */
export function toolTypeName(server: string, tool: string): string {
  return `${PREFIX}${server}-${tool}`;
}

export interface ToolTypes {
  readonly types: ReadonlyMap<string, NodeType<RunContext>>;
  /** Maps each type to its server. */
  readonly servers: ReadonlyMap<string, string>;
}

/**
 * Makes the types of all configured servers that were synced, or those in `requested` only. Throws MCP_CONFIG_INVALID,
 * also for two tools with the same type.
 */
export function loadToolTypes(env: Environment, requested?: readonly string[]): ToolTypes {
  const types = new Map<string, NodeType<RunContext>>();
  const servers = new Map<string, string>();
  for (const { server, tool } of listStoredTools(env)) {
    const name = toolTypeName(server, tool.name);
    if (requested !== undefined && !requested.includes(name)) continue;
    const other = servers.get(name);
    if (other !== undefined) throw sameTypeError(name, other, server);
    types.set(name, createToolType({ type: name, server, tool }));
    servers.set(name, server);
  }
  return { types, servers };
}

interface ServerTool {
  readonly server: string;
  readonly tool: StoredTool;
}

function listStoredTools(env: Environment): readonly ServerTool[] {
  return [...readMcpConfig(env).servers.keys()].flatMap((server) =>
    (readStoredServer(env, server)?.tools ?? []).map((tool) => ({ server, tool })),
  );
}

function sameTypeError(type: string, one: string, other: string): PflowError {
  const where =
    one === other
      ? `the MCP server ${one} has two tools`
      : `the MCP servers ${one} and ${other} both have a tool`;
  return new PflowError('MCP_CONFIG_INVALID', `${where} for the type ${type}`, {
    hint: 'Rename one of the servers in mcp.json, and sync it.',
  });
}

/** Explains why there is no type of this name, and what to do. The name begins with `mcp-`. */
export function explainUnknownToolType(type: string, env: Environment): string {
  const config = readMcpConfig(env);
  const rest = type.slice(PREFIX.length);
  const server = findServer(rest, config);
  if (server === undefined) return explainUnknownServer(rest, config);
  const stored = readStoredServer(env, server);
  if (stored === undefined)
    return `the tools of the MCP server "${server}" are not known yet; run: pflow mcp sync ${server}`;
  return explainUnknownTool(rest.slice(server.length + 1), stored);
}

/** Takes the longest name: one server may be called `a`, and another one `a-b`. */
function findServer(rest: string, { servers }: McpConfig): string | undefined {
  const fitting = [...servers.keys()].filter((name) => rest === name || rest.startsWith(`${name}-`));
  return fitting.sort((a, b) => b.length - a.length)[0];
}

function explainUnknownServer(rest: string, { path, servers }: McpConfig): string {
  const names = [...servers.keys()];
  const words = rest.split('-');
  const starts = words.map((_word, index) => words.slice(0, index + 1).join('-'));
  const nearest = starts.map((start) => findNearestName(start, names)).find((name) => name !== undefined);
  const known = names.length === 0 ? 'it names no server' : `its servers: ${names.join(', ')}`;
  const suggestion =
    nearest === undefined
      ? '; add the server there, and run: pflow mcp sync (see pflow guide mcp)'
      : `; did you mean "${nearest}"?`;
  return `no MCP server in ${path} has a tool of this name; ${known}${suggestion}`;
}

function explainUnknownTool(tool: string, { server, tools }: StoredServer): string {
  const names = tools.map(({ name }) => name);
  const nearest = findNearestName(tool, names);
  const known = names.length === 0 ? 'it has no tools' : `its tools: ${names.join(', ')}`;
  const suggestion = nearest === undefined ? '' : `; did you mean "${toolTypeName(server, nearest)}"?`;
  return `the MCP server "${server}" has no tool "${tool}"; ${known}${suggestion}; after a change of the server: pflow mcp sync ${server}`;
}

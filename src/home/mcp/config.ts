// Reads `mcp.json` in the home folder: the MCP servers, in the form that Claude Desktop and other clients use.
import { join } from 'node:path';
import { PflowError } from '../../errors.ts';
import { homeFolder } from '../paths.ts';
import { parseJsonFile, readTextFile } from '../text-file.ts';
import { checkServer, SERVER_NAME, type ServerConfig } from './server-schema.ts';
import { isObject } from '../../values/json-fields.ts';
import type { Environment } from '../../values/environment.ts';

export interface McpConfig {
  readonly path: string;
  /** By name, in the order of the file; without disabled ones. */
  readonly servers: ReadonlyMap<string, ServerConfig>;
}

const HINT =
  'A server looks like {"mcpServers": {"files": {"command": "npx", "args": ["-y", "@modelcontextprotocol/server-filesystem", "."]}}}.';

export function mcpConfigPath(env: Environment): string {
  return join(homeFolder(env), 'mcp.json');
}

/** Returns no servers for a missing file. Throws MCP_CONFIG_INVALID with every problem, and FILE_UNREADABLE. */
export function readMcpConfig(env: Environment): McpConfig {
  const path = mcpConfigPath(env);
  const text = readTextFile(path);
  if (text === undefined) return { path, servers: new Map() };
  const value = parseJsonFile({ text, path, code: 'MCP_CONFIG_INVALID', hint: HINT });
  if (!isObject(value)) throw invalidConfigError(path, ['it is not an object']);
  const { mcpServers } = value;
  if (mcpServers === undefined) throw invalidConfigError(path, [describeMissingServers(value)]);
  if (!isObject(mcpServers)) throw invalidConfigError(path, ['mcpServers: expected object']);
  const checked = Object.entries(mcpServers).map(([name, server]) => ({
    name,
    ...checkServer(name, server),
  }));
  const problems = checked.flatMap((one) => one.problems);
  if (problems.length > 0) throw invalidConfigError(path, problems);
  const servers = checked.flatMap(({ name, config }) =>
    config === undefined ? [] : [[name, config] as const],
  );
  return { path, servers: new Map(servers) };
}

/** Throws MCP_SERVER_UNKNOWN with the nearest name. */
export function requireServer({ path, servers }: McpConfig, name: string): ServerConfig {
  const server = servers.get(name);
  if (server !== undefined) return server;
  throw new PflowError('MCP_SERVER_UNKNOWN', `${path} has no server ${JSON.stringify(name)}`, {
    details: [servers.size === 0 ? 'it names no server' : `its servers: ${[...servers.keys()].join(', ')}`],
    hint: SERVER_NAME.test(name) ? `Add ${name} to mcpServers in that file. ${HINT}` : HINT,
  });
}

function describeMissingServers(value: Readonly<Record<string, unknown>>): string {
  const isOther = isObject(value['servers']);
  return isOther ? 'it has "servers"; the key is "mcpServers" here' : 'it has no "mcpServers"';
}

function invalidConfigError(path: string, problems: readonly string[]): PflowError {
  const [first = ''] = problems;
  const message =
    problems.length === 1
      ? `${path} is not valid: ${first}`
      : `${path} has ${String(problems.length)} problems`;
  return new PflowError('MCP_CONFIG_INVALID', message, {
    path,
    hint: HINT,
    details: problems.length === 1 ? [] : problems,
  });
}

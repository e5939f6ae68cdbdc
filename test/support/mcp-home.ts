// Makes home folders with MCP servers: fixture servers, and the processes that they have started.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './cli.ts';
import { ROOT } from './root.ts';

const FIXTURE_SERVER = join(ROOT, 'fixtures/mcp/server.mjs');

export interface McpHome {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** Process ids of the fixture servers that were started, in order. */
  readonly starts: () => readonly number[];
}

/** An entry of `mcp.json` for the fixture server in a mode. */
export function fixtureServer(
  mode = 'good',
  env: Readonly<Record<string, string>> = {},
): Record<string, unknown> {
  return { command: process.execPath, args: [FIXTURE_SERVER, mode], env: { STARTS: '${STARTS:-}', ...env } };
}

/** An entry of `mcp.json` for a server from npm, such as `server-memory`. */
export function packageServer(name: string, args: readonly string[] = [], env = {}): Record<string, unknown> {
  const program = join(ROOT, 'node_modules/@modelcontextprotocol', name, 'dist/index.js');
  return { command: process.execPath, args: [program, ...args], env };
}

/** What `pflow mcp sync` keeps of a server with these tools. */
export function storedServer(server: string, tools: readonly string[]): Record<string, unknown> {
  return {
    server,
    synced_at: '2026-11-22T09:30:00.000Z',
    config_digest: '',
    tools: tools.map((name) => ({ name, input_schema: { type: 'object' } })),
  };
}

/** `config` is the text of `mcp.json`, or its servers. */
export function mcpHome(config: string | Readonly<Record<string, unknown>>): McpHome {
  const folder = temporaryFolder();
  const home = join(folder, '.pflow');
  const starts = join(folder, 'starts');
  mkdirSync(home, { recursive: true });
  const text = typeof config === 'string' ? config : JSON.stringify({ mcpServers: config });
  writeFileSync(join(home, 'mcp.json'), text);
  const { PATH = '' } = process.env;
  return {
    folder,
    env: { PATH, HOME: folder, PFLOW_HOME: home, STARTS: starts },
    starts: () => (existsSync(starts) ? readFileSync(starts, 'utf8').trimEnd().split('\n').map(Number) : []),
  };
}

/** Whether the process or its group is there. A process that has ended and was not collected does not count. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(-pid, 0);
    return !/^State:\s+Z/mu.test(readFileSync(`/proc/${String(pid)}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** A module for `--import`: Node then finds no SDK, as where it is not installed. */
export const WITHOUT_SDK = `
import { register } from 'node:module';
const hook = 'export const resolve = (name, context, next) => next(name.replace("protocol/sdk", "protocol/sdk-absent"), context);';
register('data:text/javascript,' + encodeURIComponent(hook));
`;

// Finds out before a run whether its MCP servers can be used: they are configured, their variables are set, and the SDK
// is installed. Starts none of them.
import { present } from '../values/present.ts';
import type { ServerPool } from '../mcp/server-pool.ts';
import type { RunRequest } from './run-request.ts';

type CallingWorkflow = Pick<RunRequest, 'workflow' | 'registry' | 'nested'>;

/** Throws MCP_SERVER_UNKNOWN, MCP_CONFIG_INVALID or MCP_SDK_MISSING. */
export async function requireTools(calling: CallingWorkflow, env: RunRequest['env']): Promise<void> {
  const servers = new Set(listServers(calling));
  if (servers.size === 0) return;
  const { readMcpConfig, requireServer } = await import('../home/mcp/config.ts');
  const { fillVariables } = await import('../home/mcp/variables.ts');
  const { loadClientClass } = await import('../mcp/sdk.ts');
  const config = readMcpConfig(env);
  for (const name of servers) fillVariables(name, requireServer(config, name), env);
  await loadClientClass();
}

/** Those of nested workflows too, as far as these are known. */
function listServers({ workflow, registry, nested }: CallingWorkflow): readonly string[] {
  const own = workflow.nodes.flatMap(({ type }) => registry.get(type)?.server ?? []);
  const children = [...(nested?.children.values() ?? [])];
  return [...own, ...children.flatMap((child) => listServers({ ...child, nested: child }))];
}

/** Returns undefined where no node can call a tool. Connects to no server before the first call. */
export async function openTools(request: RunRequest): Promise<ServerPool | undefined> {
  const { registry, cwd, env, serverEnv = env, onToolProgress: onProgress } = request;
  const canCall = [...registry.values()].some(({ server }) => server !== undefined);
  if (!canCall && request.nested === undefined) return undefined;
  const { createServerPool } = await import('../mcp/server-pool.ts');
  return createServerPool({ cwd, env: serverEnv, ...present({ onProgress }) });
}

// Loads the MCP SDK, an optional package, only for what needs it.
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type * as types from '@modelcontextprotocol/sdk/types.js';
import { PflowError } from '../errors.ts';

/** Throws MCP_SDK_MISSING. */
export async function loadClientClass(): Promise<typeof Client> {
  return load(async () => (await import('@modelcontextprotocol/sdk/client/index.js')).Client);
}

interface ServerParts {
  readonly McpServer: typeof McpServer;
  readonly types: typeof types;
}

/** Throws MCP_SDK_MISSING. */
export async function loadServerParts(): Promise<ServerParts> {
  return load(async () => ({
    McpServer: (await import('@modelcontextprotocol/sdk/server/mcp.js')).McpServer,
    types: await import('@modelcontextprotocol/sdk/types.js'),
  }));
}

async function load<T>(importClass: () => Promise<T>): Promise<T> {
  try {
    return await importClass();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'ERR_MODULE_NOT_FOUND' || !message.includes('@modelcontextprotocol/sdk')) throw error;
    throw new PflowError(
      'MCP_SDK_MISSING',
      'MCP needs the package @modelcontextprotocol/sdk, which is not installed',
      {
        hint: 'npm install @modelcontextprotocol/sdk@1 (with --global where pflow is installed globally)',
        cause: error,
      },
    );
  }
}

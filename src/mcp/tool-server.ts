// Serves tools over MCP with the SDK: lists them, calls them, and reads the resources that they link to.
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { CallToolResult, Tool } from '@modelcontextprotocol/sdk/types.js';
import { VERSION } from '../version.ts';
import { loadServerParts } from './sdk.ts';
import { present } from '../values/present.ts';

/** How a call can reach its caller while it goes on. */
export interface CallSurroundings {
  /** Aborted when the caller cancels the call. */
  readonly signal: AbortSignal;
  /** Reports how far the call is; absent where the caller did not request it. */
  readonly report?: (message: string) => void;
  /** Prompts the person for a confirmation; absent where the client cannot. */
  readonly confirm?: (prompt: string) => Promise<boolean>;
}

export interface ServedTools {
  list(): Promise<readonly Tool[]>;
  call(
    name: string,
    args: Readonly<Record<string, unknown>>,
    around: CallSurroundings,
  ): Promise<CallToolResult>;
  /** Returns undefined for an address that no result has named. */
  read(uri: string): Promise<string | undefined>;
}

const INSTRUCTIONS =
  'pflow runs AI workflows and keeps a log of each run. list_workflows names the saved ones; run runs one and returns ' +
  'its result, its cost and a link to its log. A run that takes long: pass "wait": false, and look at its log later.';

/** Resolves once the server listens. Throws MCP_SDK_MISSING. */
export async function startToolServer(tools: ServedTools, transport: Transport): Promise<void> {
  const { McpServer, types } = await loadServerParts();
  const mcp = new McpServer(
    { name: 'pflow', version: VERSION },
    { capabilities: { tools: {}, resources: {} }, instructions: INSTRUCTIONS },
  );
  const { server } = mcp;
  server.setRequestHandler(types.ListToolsRequestSchema, async () => ({ tools: [...(await tools.list())] }));
  server.setRequestHandler(types.CallToolRequestSchema, async ({ params }, extra) => {
    const progressToken = params._meta?.progressToken;
    let progress = 0;
    const report = (message: string): void => {
      progress += 1;
      const notification = {
        method: 'notifications/progress' as const,
        params: { progressToken: progressToken ?? 0, progress, message },
      };
      extra.sendNotification(notification).catch(() => undefined);
    };
    const confirm = async (message: string): Promise<boolean> => {
      const schema = {
        type: 'object' as const,
        properties: { run: { type: 'boolean' as const, title: 'Run this?', default: false } },
        required: ['run'],
      };
      const options = { signal: extra.signal, timeout: CONFIRM_MS };
      const { action, content } = await server.elicitInput({ message, requestedSchema: schema }, options);
      return action === 'accept' && content?.['run'] === true;
    };
    const canConfirm = server.getClientCapabilities()?.elicitation !== undefined;
    return tools.call(params.name, params.arguments ?? {}, {
      signal: extra.signal,
      ...present({
        report: progressToken === undefined ? undefined : report,
        confirm: canConfirm ? confirm : undefined,
      }),
    });
  });
  server.setRequestHandler(types.ListResourcesRequestSchema, () => ({ resources: [] }));
  server.setRequestHandler(types.ReadResourceRequestSchema, async ({ params: { uri } }) => {
    const text = await tools.read(uri);
    if (text === undefined) throw new types.McpError(types.ErrorCode.InvalidParams, `no resource ${uri}`);
    return { contents: [{ uri, mimeType: 'application/x-ndjson', text }] };
  });
  await mcp.connect(transport);
}

/** A person may take this long to answer. */
const CONFIRM_MS = 600_000;

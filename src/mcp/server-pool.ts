// Holds the connections of a run: one for each server, opened by the first call and closed at the end of the run.
import { Deadline } from '../flow/deadline.ts';
import type { NodeContext } from '../flow/context.ts';
import { NodeFailure } from '../flow/node-failure.ts';
import { readMcpConfig, requireServer, type McpConfig } from '../home/mcp/config.ts';
import { fillVariables } from '../home/mcp/variables.ts';
import type { ToolCall, ToolCaller, ToolOutputs, ToolProgress } from '../nodes/mcp/tool-caller.ts';
import { present } from '../values/present.ts';
import { connectServer, type ServerRequestOptions, type ServerConnection } from './server-connection.ts';
import { describeOutput, hintOfSilence, type FailedServer } from './failures.ts';
import { mcpMessageOf } from './lost-answer.ts';
import { textOf, toOutputs, type ToolAnswer } from './tool-result.ts';
import type { Environment } from '../values/environment.ts';

export interface PoolOptions {
  readonly cwd: string;
  readonly env: Environment;
  /** Called with what servers report about calls that go on. */
  readonly onProgress?: (progress: ToolProgress) => void;
}

export interface ServerPool extends ToolCaller {
  /** Ends every server. Resolves when their processes are gone; later calls are refused. */
  close(): Promise<void>;
}

/** Seconds for a call of a node without a limit. The start of its server is included. */
const DEFAULT_TIMEOUT_S = 30;
/** Milliseconds for the list of tools, after a call has failed. */
const LIST_MS = 3_000;
const EXCERPT = 500;
/** JSON-RPC: no such method, and wrong params. Older servers answer so for an unknown tool. */
const UNKNOWN_CODES = [-32_601, -32_602];

export function createServerPool(options: PoolOptions): ServerPool {
  return new Pool(options);
}

class Pool implements ServerPool {
  private readonly options: PoolOptions;
  private readonly controller = new AbortController();
  private readonly connections = new Map<string, Promise<ServerConnection>>();
  /** Servers that were started, also those that have not answered yet. */
  private readonly started = new Map<string, FailedServer>();
  private config: McpConfig | undefined;

  constructor(options: PoolOptions) {
    this.options = options;
  }

  async call(call: ToolCall, context: NodeContext): Promise<ToolOutputs> {
    const deadline = new Deadline(context.signal, context.timeout_s ?? DEFAULT_TIMEOUT_S);
    const sent = { value: false };
    try {
      return await deadline.settle(this.callInTime(call, { context, signal: deadline.signal, sent }));
    } catch (error) {
      const { signal } = context;
      if (signal.aborted && !isTimeout(signal)) throw signal.reason;
      if (signal.aborted || deadline.expired) throw this.timeoutError(call, deadline, sent.value);
      throw error;
    } finally {
      deadline.clear();
    }
  }

  async close(): Promise<void> {
    this.controller.abort(new Error('the run has ended'));
    const open = await Promise.allSettled(this.connections.values());
    const connections = open.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    await Promise.allSettled(connections.map((connection) => connection.close()));
  }

  private async callInTime(call: ToolCall, options: CallOptions): Promise<ToolOutputs> {
    const { context, signal, sent } = options;
    const connection = await waitFor(this.connect(call.server), signal);
    signal.throwIfAborted();
    sent.value = true;
    let answer: ToolAnswer;
    try {
      const onProgress = this.reportTo(context);
      answer = await connection.callTool(call.tool, call.arguments, { signal, ...present({ onProgress }) });
    } catch (error) {
      if (connection.hasLostSession(error) && options.isRepeated !== true)
        return this.callInTime(call, { ...options, isRepeated: true });
      if (connection.isAnswer(error)) {
        const { code } = error as { readonly code: number };
        throw await toolError(call, connection, { text: mcpMessageOf(error), code });
      }
      throw connection.explain(error, !call.isReading);
    }
    if (answer.isError === true) throw await toolError(call, connection, { text: textOf(answer) });
    return toOutputs(answer);
  }

  /** A server that has ended is started again by the next call. */
  private async connect(name: string): Promise<ServerConnection> {
    const open = this.connections.get(name);
    if (open !== undefined) {
      const connection = await open.catch(() => undefined);
      if (connection?.isOpen === true) return connection;
      // Another call may have started it meanwhile.
      if (this.connections.get(name) !== open) return this.connect(name);
    }
    this.controller.signal.throwIfAborted();
    const opening = this.open(name);
    opening.catch(() => undefined);
    this.connections.set(name, opening);
    return opening;
  }

  private async open(name: string): Promise<ServerConnection> {
    const { cwd, env } = this.options;
    this.config ??= readMcpConfig(env);
    const config = fillVariables(name, requireServer(this.config, name), env);
    return connectServer({ name, config, cwd, env }, this.controller.signal, (server) => {
      this.started.set(name, server);
    });
  }

  private reportTo({ node, item }: NodeContext): ServerRequestOptions['onProgress'] {
    const { onProgress } = this.options;
    if (onProgress === undefined || node === undefined) return undefined;
    return ({ progress, total, message }) => {
      onProgress({ node, progress, ...present({ item, total, message }) });
    };
  }

  private timeoutError(
    { server, tool, isReading }: ToolCall,
    { seconds, expired }: Deadline,
    wasSent: boolean,
  ): NodeFailure {
    const problem = `the MCP server ${server} ${wasSent ? `did not answer ${tool}` : 'did not start'}`;
    const started = this.started.get(server);
    return new NodeFailure(`${problem} within ${String(seconds)} s`, {
      code: 'NODE_TIMEOUT',
      retryable: true,
      mayHaveActed: wasSent && !isReading,
      hint: hintOfSilence(started, 'Raise timeout_s of the node, or request less.'),
      // The time limit of the node has a message of its own.
      details: [...(expired ? [] : [problem]), ...(started === undefined ? [] : describeOutput(started))],
    });
  }
}

/** Whether the time limit of the node is up: anything else ends the run. */
function isTimeout({ reason }: { readonly reason: unknown }): boolean {
  return reason instanceof DOMException && reason.name === 'TimeoutError';
}

interface CallOptions {
  readonly context: NodeContext;
  readonly signal: AbortSignal;
  /** Becomes true when the server may have got the call. */
  readonly sent: { value: boolean };
  /** The call is made again, in a new session. */
  readonly isRepeated?: boolean;
}

interface ToolProblem {
  readonly text: string;
  readonly code?: number;
}

/** The failure that a tool reports. Servers report an unknown tool in the same way, so their list decides. */
async function toolError(
  { server, tool, isReading }: ToolCall,
  connection: ServerConnection,
  { text, code }: ToolProblem,
): Promise<NodeFailure> {
  if (await isGone(tool, connection)) {
    return new NodeFailure(`the MCP server ${server} has no tool "${tool}" any more`, {
      code: 'MCP_TOOL_UNKNOWN',
      hint: `Read its tools again: pflow mcp sync ${server}`,
    });
  }
  const line = text.replaceAll(/\s+/gu, ' ').trim();
  const shown = line.length > EXCERPT ? `${line.slice(0, EXCERPT)}…` : line;
  const isRefused = code !== undefined && UNKNOWN_CODES.includes(code);
  return new NodeFailure(
    `${tool} of the MCP server ${server} failed: ${shown === '' ? 'it gave no reason' : shown}`,
    {
      code: 'MCP_TOOL_FAILED',
      retryable: true,
      mayHaveActed: !isReading,
      details: describeOutput(connection.server),
      ...(isRefused ? { hint: `Its arguments may have changed: pflow mcp sync ${server}` } : {}),
    },
  );
}

async function isGone(tool: string, connection: ServerConnection): Promise<boolean> {
  const deadline = new Deadline(new AbortController().signal, LIST_MS / 1000);
  try {
    const tools = await connection.listTools(deadline.signal);
    return tools.every(({ name }) => name !== tool);
  } catch {
    return false;
  } finally {
    deadline.clear();
  }
}

/** Settles as `work` does. Rejects with the reason of the signal once that is aborted; the work goes on. */
function waitFor<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', stop);
    });
  });
}

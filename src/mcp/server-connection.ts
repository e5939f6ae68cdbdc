// Connects to one MCP server: starts its process or opens its address, and sends requests with the SDK's client.
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { Progress } from '@modelcontextprotocol/sdk/types.js';
import * as z from 'zod';
import { LONGEST_TIMER_MS } from '../flow/deadline.ts';
import { isHttp, type ServerConfig } from '../home/mcp/server-schema.ts';
import { createSend } from '../net/send.ts';
import { VERSION } from '../version.ts';
import { serverError, toServerError, type FailedServer } from './failures.ts';
import { HttpStatusError, HttpTransport } from './http-transport.ts';
import { isLostAnswer } from './lost-answer.ts';
import { loadClientClass } from './sdk.ts';
import { startServerProcess, type ServerProcess } from './server-process.ts';
import { MessageTooLargeError } from './json-rpc.ts';
import type { ToolAnswer } from './tool-result.ts';
import type { Environment } from '../values/environment.ts';
import { present } from '../values/present.ts';

/** Variables in it are filled in. */
export interface ServerAddress {
  readonly name: string;
  readonly config: ServerConfig;
  readonly cwd: string;
  readonly env: Environment;
}

export interface ServerRequestOptions {
  readonly signal: AbortSignal;
  /** Requests reports of the progress. */
  readonly onProgress?: (progress: Progress) => void;
}

/** The SDK checks messages. Results are checked where they are read, and keep members that are new. */
const anyResult = z.looseObject({});

/** A tool as `tools/list` returns it. */
const listedTool = z.looseObject({ name: z.string() });
const toolPage = z.looseObject({ tools: z.array(listedTool), nextCursor: z.string().optional() });

export type ListedTool = z.output<typeof listedTool>;

/** A server that sends more pages repeats itself. */
const MOST_PAGES = 1_000;

export class ServerConnection {
  /** True once the server has ended or the connection was lost. */
  isClosed = false;
  private readonly client: Client;
  readonly server: FailedServer;
  private lost: Error | undefined;

  constructor(client: Client, server: FailedServer) {
    this.client = client;
    this.server = server;
    client.onclose = () => {
      this.isClosed = true;
    };
    client.onerror = (error) => {
      if (error instanceof MessageTooLargeError) this.lost = error;
    };
  }

  /** Whether it takes calls. A process that has ended may still write the answers of earlier ones. */
  get isOpen(): boolean {
    return !this.isClosed && this.server.child?.exit === undefined;
  }

  get version(): string | undefined {
    return this.client.getServerVersion()?.version;
  }

  /** Rejects with what the SDK throws; `explain` turns it into a failure. */
  async callTool(
    name: string,
    args: Readonly<Record<string, unknown>>,
    { signal, onProgress }: ServerRequestOptions,
  ): Promise<ToolAnswer> {
    return this.client.request({ method: 'tools/call', params: { name, arguments: args } }, anyResult, {
      signal,
      timeout: LONGEST_TIMER_MS,
      ...present({ onprogress: onProgress }),
    });
  }

  /** Lists every tool, over all pages. */
  async listTools(signal: AbortSignal): Promise<readonly ListedTool[]> {
    const tools: ListedTool[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const params = cursor === undefined ? {} : { cursor };
      const options = { signal, timeout: LONGEST_TIMER_MS };
      const answer = await this.client.request({ method: 'tools/list', params }, toolPage, options);
      tools.push(...answer.tools);
      cursor = answer.nextCursor;
      if (cursor === undefined) return tools;
    }
    throw serverError(this.server, `lists its tools on more than ${String(MOST_PAGES)} pages`, {
      retryable: false,
    });
  }

  /** Whether the server answered with an error of its own. */
  isAnswer(error: unknown): boolean {
    const { code } = error as { readonly code?: unknown };
    return typeof code === 'number' && !this.isClosed && !isLostAnswer(error);
  }

  /** Whether the server has ended the session without handling the request. The connection is of no use then. */
  hasLostSession(error: unknown): boolean {
    if (!(error instanceof HttpStatusError) || !error.sessionEnded) return false;
    this.isClosed = true;
    return true;
  }

  /** Turns what a request threw into a failure. */
  explain(error: unknown, mayHaveActed: boolean): Error {
    const { lost = error } = this;
    // An open connection goes on: the next failure has a reason of its own.
    if (!this.isClosed) this.lost = undefined;
    return toServerError(lost, this.server, mayHaveActed);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.client.close();
  }
}

/**
 * Rejects with a NodeFailure, with MCP_SDK_MISSING, or with the reason of the signal. `onStart` gets the server before
 * it has answered anything.
 */
export async function connectServer(
  address: ServerAddress,
  signal: AbortSignal,
  onStart?: (server: FailedServer) => void,
): Promise<ServerConnection> {
  const Client = await loadClientClass();
  signal.throwIfAborted();
  const client = new Client({ name: 'pflow', version: VERSION }, { capabilities: {} });
  const { transport, child } = await openTransport(address);
  const connection = new ServerConnection(client, { name: address.name, child });
  onStart?.(connection.server);
  // The SDK would cancel a request that has been answered long before the signal is aborted.
  const controller = new AbortController();
  const stop = (): void => {
    controller.abort(signal.reason);
  };
  signal.addEventListener('abort', stop, { once: true });
  // It may have been aborted while the process started.
  if (signal.aborted) stop();
  try {
    await client.connect(transport, { signal: controller.signal, timeout: LONGEST_TIMER_MS });
    return connection;
  } catch (error) {
    const failure = signal.aborted ? (signal.reason as Error) : connection.explain(error, false);
    // The SDK may have closed it already, and would then not wait for its end.
    await transport.close();
    throw failure;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

interface OpenTransport {
  readonly transport: Transport;
  readonly child?: ServerProcess;
}

async function openTransport({ name, config, cwd, env }: ServerAddress): Promise<OpenTransport> {
  if (isHttp(config)) return { transport: openHttp(name, config, env) };
  try {
    const child = await startServerProcess(config, { cwd, env });
    return { transport: child.transport, child };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? describeMissing(config) : message;
    throw serverError({ name }, `cannot be started: ${reason}`, {
      retryable: false,
      hint: 'Check its command, args and cwd in mcp.json.',
      cause: error,
    });
  }
}

/** The system reports a missing folder like a missing command. */
function describeMissing(config: ServerConfig): string {
  if (isHttp(config)) return '';
  const folder = config.cwd === undefined ? '' : `, or the folder ${config.cwd} does not exist`;
  return `there is no command ${JSON.stringify(config.command)}${folder}`;
}

function openHttp(name: string, config: Extract<ServerConfig, { url: string }>, env: Environment): Transport {
  const url = URL.canParse(config.url) ? new URL(config.url) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw serverError({ name }, 'has a url in mcp.json that is not an address of http or https', {
      retryable: false,
      hint: 'Check its url in mcp.json.',
    });
  }
  return new HttpTransport(config, createSend(env));
}

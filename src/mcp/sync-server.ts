// Reads the tools of one server and stores them. Workflows are then checked without it.
import { Deadline } from '../flow/deadline.ts';
import { NodeFailure } from '../flow/node-failure.ts';
import { PflowError } from '../errors.ts';
import type { ServerConfig } from '../home/mcp/server-schema.ts';
import {
  digestOf,
  readStoredServer,
  writeStoredServer,
  type StoredServer,
  type StoredTool,
} from '../home/mcp/stored-tools.ts';
import { fillVariables } from '../home/mcp/variables.ts';
import { canonicalJson } from '../values/canonical-json.ts';
import { present } from '../values/present.ts';
import { connectServer, type ListedTool } from './server-connection.ts';
import { describeOutput, hintOfSilence, type FailedServer } from './failures.ts';
import { isObject } from '../values/json-fields.ts';

export interface SyncOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Seconds for the start of the server and for its list. */
  readonly timeout_s: number;
  readonly signal: AbortSignal;
}

/** Names of tools, against those that were stored before. */
export interface SyncedServer {
  readonly server: string;
  readonly tools: number;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Their description or schema is another one. */
  readonly changed: readonly string[];
}

/** Throws MCP_CONFIG_INVALID, MCP_SERVER_FAILED, MCP_SDK_MISSING, NODE_TIMEOUT or FILE_UNWRITABLE. */
export async function syncServer(
  server: string,
  config: ServerConfig,
  options: SyncOptions,
): Promise<SyncedServer> {
  const { env } = options;
  const { tools, version } = await readTools(server, fillVariables(server, config, env), options);
  const before = readBefore(server, env);
  writeStoredServer(env, {
    server,
    synced_at: new Date().toISOString(),
    config_digest: digestOf(config),
    ...present({ version }),
    tools: [...tools],
  });
  return { server, tools: tools.length, ...compareTools(before, tools) };
}

/** A damaged file is replaced. */
function readBefore(server: string, env: SyncOptions['env']): StoredServer | undefined {
  try {
    return readStoredServer(env, server);
  } catch (error) {
    if (error instanceof PflowError) return undefined;
    throw error;
  }
}

async function readTools(
  name: string,
  config: ServerConfig,
  { cwd, env, timeout_s, signal }: SyncOptions,
): Promise<Pick<StoredServer, 'version'> & { readonly tools: readonly StoredTool[] }> {
  const deadline = new Deadline(signal, timeout_s);
  let started: FailedServer = { name };
  const onStart = (server: FailedServer): void => {
    started = server;
  };
  try {
    const connection = await connectServer({ name, config, cwd, env }, deadline.signal, onStart);
    try {
      const tools = (await connection.listTools(deadline.signal)).map(toStoredTool);
      return { tools, version: connection.version };
    } catch (error) {
      throw deadline.signal.aborted ? error : connection.explain(error, false);
    } finally {
      await connection.close();
    }
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (deadline.expired) throw lateError(started, timeout_s);
    throw error instanceof NodeFailure ? toPflowError(error) : error;
  } finally {
    deadline.clear();
  }
}

function lateError(server: FailedServer, seconds: number): PflowError {
  const problem = `the MCP server ${server.name} did not list its tools within ${String(seconds)} s`;
  const usual = 'Give it more time with --timeout; a first start may have to download the server.';
  return new PflowError('NODE_TIMEOUT', problem, {
    details: describeOutput(server),
    hint: hintOfSilence(server, usual),
  });
}

function toPflowError({ message, hint, details, code, cause }: NodeFailure): PflowError {
  const isTooLarge = code === 'MCP_RESULT_TOO_LARGE';
  const known = isTooLarge ? code : 'MCP_SERVER_FAILED';
  // No call has an argument that could limit the list of tools.
  const shown = isTooLarge ? {} : present({ hint });
  return new PflowError(known, message, { details, cause, ...shown });
}

/** Keeps what pflow reads of a tool. A tool without a schema takes any arguments. */
function toStoredTool(tool: ListedTool): StoredTool {
  const { name, title, description, inputSchema, outputSchema, annotations } = tool;
  return present({
    name,
    title: typeof title === 'string' ? title : undefined,
    description: typeof description === 'string' ? description : undefined,
    input_schema: isObject(inputSchema) ? inputSchema : { type: 'object' },
    output_schema: isObject(outputSchema) ? outputSchema : undefined,
    annotations: readAnnotations(annotations),
  });
}

/** Leaves out a hint that is not a boolean. */
function readAnnotations(value: unknown): StoredTool['annotations'] {
  if (!isObject(value)) return undefined;
  const hint = (name: string): boolean | undefined => {
    const given = value[name];
    return typeof given === 'boolean' ? given : undefined;
  };
  return present({
    readOnlyHint: hint('readOnlyHint'),
    destructiveHint: hint('destructiveHint'),
    idempotentHint: hint('idempotentHint'),
    openWorldHint: hint('openWorldHint'),
  });
}

function compareTools(
  before: StoredServer | undefined,
  after: readonly StoredTool[],
): Pick<SyncedServer, 'added' | 'removed' | 'changed'> {
  const known = new Map((before?.tools ?? []).map((tool) => [tool.name, tool]));
  const names = new Set(after.map(({ name }) => name));
  return {
    added: after.flatMap(({ name }) => (known.has(name) ? [] : [name])),
    removed: [...known.keys()].filter((name) => !names.has(name)),
    changed: after.flatMap((tool) => {
      const other = known.get(tool.name);
      return other === undefined || canonicalJson(other) === canonicalJson(tool) ? [] : [tool.name];
    }),
  };
}

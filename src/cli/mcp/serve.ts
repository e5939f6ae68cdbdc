// Serves pflow over MCP for `pflow mcp serve`. Each tool is a command of the command line, with the same JSON and the
// same gate. stdout holds only the protocol; everything else goes to stderr.
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { mkdirSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PflowError } from '../../errors.ts';
import { configuredLogFolder } from '../../home/log-folder.ts';
import { homeFolder } from '../../home/paths.ts';
import { LineTransport } from '../../mcp/line-transport.ts';
import { MAX_MESSAGE_BYTES } from '../../mcp/json-rpc.ts';
import { startToolServer, type CallSurroundings } from '../../mcp/tool-server.ts';
import { Interruption } from '../../run/interruption.ts';
import { parseExactJson } from '../../values/exact-json.ts';
import { present } from '../../values/present.ts';
import { captureTerminal } from '../terminal/captured-terminal.ts';
import { toOneLine } from '../../values/escape-text.ts';
import { reserveStdin } from '../terminal/stdin.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { listSavedTools } from './saved-tools.ts';
import { SERVED_COMMANDS, type ServedCommand } from './served-tools.ts';

export interface ServeFlags {
  readonly log?: string;
  readonly verbose?: boolean;
}

export type RunCommand = (args: readonly string[], terminal: Terminal) => Promise<number>;

/** How often a call that goes on reports that it does: clients count the time since the last report. */
const REPORT_MS = 10_000;

/** Resolves to exit code 0 when the client is gone and every run has ended. Throws MCP_SDK_MISSING. */
export async function serve(flags: ServeFlags, terminal: Terminal, runCommand: RunCommand): Promise<number> {
  reserveStdin();
  const folder = flags.log ?? findOwnFolder(process.env);
  if (folder !== undefined) mkdirSync(folder, { recursive: true });
  const service = new Service(folder, terminal, runCommand);
  const { stdin, stdout } = process;
  const transport = new LineTransport({
    input: stdin,
    output: stdout,
    onForeignLine: () => {
      terminal.err('note   a line on stdin is not an MCP message\n');
    },
    end: () => Promise.resolve(),
  });
  await startToolServer(
    {
      list: () => service.list(),
      call: (...call) => service.call(...call),
      read: (uri) => service.read(uri),
    },
    transport,
  );
  await clientIsGone();
  await service.stop();
  await transport.close();
  stdin.destroy();
  return 0;
}

function findOwnFolder(env: NodeJS.ProcessEnv): string | undefined {
  return configuredLogFolder(env) === undefined ? join(homeFolder(env), 'runs') : undefined;
}

/** Resolves at the end of stdin, when stdout is closed, and at a signal. */
function clientIsGone(): Promise<void> {
  return new Promise((resolve) => {
    const { stdin, stdout } = process;
    const end = (): void => {
      resolve();
    };
    stdin.once('end', end).once('close', end);
    stdout.once('error', end).once('close', end);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, end);
  });
}

class Service {
  private readonly controller = new AbortController();
  private readonly active = new Set<Promise<unknown>>();
  /** Logs that results have linked to, by address. */
  private readonly logs = new Map<string, string>();
  /** Where runs keep their logs; undefined: where the environment and the settings state. */
  private readonly folder: string | undefined;
  private readonly terminal: Terminal;
  private readonly runCommand: RunCommand;

  constructor(folder: string | undefined, terminal: Terminal, runCommand: RunCommand) {
    this.folder = folder;
    this.terminal = terminal;
    this.runCommand = runCommand;
  }

  list(): Promise<CommandTools> {
    return Promise.resolve(this.all().map(({ tool }) => tool));
  }

  async call(
    name: string,
    args: Readonly<Record<string, unknown>>,
    around: CallSurroundings,
  ): Promise<CallToolResult> {
    const command = this.all().find(({ tool }) => tool.name === name);
    if (command === undefined) return failure(`there is no tool ${JSON.stringify(name)}`);
    let words: readonly string[];
    try {
      words = command.toWords(args, this.folder === undefined ? [] : [this.folder]);
    } catch (error) {
      if (error instanceof PflowError) return failure(`${error.message}. ${error.hint ?? ''}`.trim());
      throw error;
    }
    return args['wait'] === false && command.isRun === true
      ? this.startInBackground(command, words, around)
      : this.track(this.carryOut(command, words, around));
  }

  async read(uri: string): Promise<string | undefined> {
    const path = this.logs.get(uri);
    if (path === undefined) return undefined;
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      if (size > MAX_MESSAGE_BYTES) throw new Error(`the log has ${String(size)} bytes; read it as a file`);
      return await file.readFile('utf8');
    } finally {
      await file.close();
    }
  }

  /** Ends every run, and waits until their logs are closed. */
  async stop(): Promise<void> {
    this.controller.abort(new Interruption('SIGTERM'));
    await Promise.allSettled(this.active);
  }

  private all(): readonly ServedCommand[] {
    return [...SERVED_COMMANDS, ...listSavedTools()];
  }

  private track<T>(work: Promise<T>): Promise<T> {
    this.active.add(work);
    work.catch(() => undefined).finally(() => this.active.delete(work));
    return work;
  }

  /** Answers once the run has an id. Its end is in its log only. */
  private startInBackground(
    command: ServedCommand,
    words: readonly string[],
    { confirm }: CallSurroundings,
  ): Promise<CallToolResult> {
    return new Promise((resolve) => {
      const around = { signal: new AbortController().signal, ...present({ confirm }) };
      const started = (run: string, path: string | undefined): void => {
        const document = { execution_id: run, status: 'running', log: path ?? null };
        resolve(this.toResult(JSON.stringify(document, undefined, 2), false, { run, path }));
      };
      void this.track(this.carryOut(command, words, around, started)).then(resolve);
    });
  }

  private async carryOut(
    { isRun = false, tool }: ServedCommand,
    words: readonly string[],
    { signal, report, confirm }: CallSurroundings,
    onStarted?: (run: string, path: string | undefined) => void,
  ): Promise<CallToolResult> {
    let started: StartedRun | undefined;
    const controller = new AbortController();
    const stop = (): void => {
      controller.abort(new Interruption('SIGTERM'));
    };
    const all = AbortSignal.any([signal, this.controller.signal]);
    if (all.aborted) stop();
    else all.addEventListener('abort', stop, { once: true });
    const timer =
      report === undefined
        ? undefined
        : setInterval(() => {
            report(started === undefined ? `${tool.name} goes on` : `run ${started.run} goes on`);
          }, REPORT_MS);
    const { terminal, output } = captureTerminal(
      {
        signal: controller.signal,
        ...present({ confirm }),
        runStarted: (run, path) => {
          started = { run, path };
          this.terminal.err(`run    ${run}  ${path ?? 'without a log'}\n`);
          report?.(`run ${run} has started${path === undefined ? '' : `; its log: ${path}`}`);
          onStarted?.(run, path);
        },
      },
      (line) => {
        this.terminal.err(`${tool.name}  ${toOneLine(line.trimEnd())}\n`);
      },
    );
    try {
      const code = await this.runCommand(isRun ? this.withLog(words) : words, terminal);
      return this.toResult(output(), code !== 0, started);
    } finally {
      clearInterval(timer);
      all.removeEventListener('abort', stop);
    }
  }

  /** Gives every run a log: it shows whether the run happened, whatever the client saw of it. */
  private withLog(words: readonly string[]): readonly string[] {
    const { folder } = this;
    if (folder === undefined) return words;
    const option = `--log=${folder.endsWith('/') ? folder : `${folder}/`}`;
    const [first = '', ...rest] = words;
    return first.startsWith('-') ? [option, ...words] : [first, option, ...rest];
  }

  private toResult(text: string, isError: boolean, started: StartedRun | undefined): CallToolResult {
    const content: CallToolResult['content'] = [{ type: 'text', text }];
    if (started?.path !== undefined) {
      const uri = pathToFileURL(started.path).href;
      this.logs.set(uri, started.path);
      content.push({
        type: 'resource_link',
        uri,
        name: `log of run ${started.run}`,
        mimeType: 'application/x-ndjson',
      });
    }
    const document = toObject(text);
    const isUnconfirmed = document?.['error'] !== undefined && text.includes('"PLAN_UNCONFIRMED"');
    if (isUnconfirmed) content.push({ type: 'text', text: UNCONFIRMED });
    return {
      content,
      ...present({ structuredContent: document }),
      ...(isError ? { isError } : {}),
    };
  }
}

type CommandTools = readonly ServedCommand['tool'][];

interface StartedRun {
  readonly run: string;
  readonly path: string | undefined;
}

const UNCONFIRMED =
  'Show the plan to the person. To run it, call run again with the same sentence and "yes": true, or with the plan that ' +
  'was saved as "workflow".';

function toObject(text: string): Record<string, unknown> | undefined {
  try {
    const value = parseExactJson(text);
    if (typeof value !== 'object' || value === null) return undefined;
    return Array.isArray(value) ? { items: value } : (value as Record<string, unknown>);
  } catch {
    return undefined;
  }
}

function failure(text: string): CallToolResult {
  return { content: [{ type: 'text', text }], isError: true };
}

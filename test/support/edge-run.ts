// Runs a workflow in process against one server, and returns everything that it led to.
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PflowError } from '../../src/errors.ts';
import { runFile, type RunFileOptions } from '../../src/run/run-workflow-file.ts';
import type { RunOutcome } from '../../src/run/run-request.ts';
import { exactJsonText } from '../../src/values/exact-json.ts';
import { cleanEnvironment } from './clean-environment.ts';
import { workbench } from './workbench.ts';

export type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

let answer: Answer = (_request, response) => response.end();
let received: {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}[] = [];
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks).toString();
    received.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
    answer(request, response, body);
  });
});
let origin = '';
/** The same server under another name, which is another origin. */
let other = '';

export async function startServer(): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  origin = `http://127.0.0.1:${String(port)}`;
  other = `http://localhost:${String(port)}`;
}

export function stopServer(): void {
  server.closeAllConnections();
  server.close();
}

export const hits = (): typeof received => received;
export const otherOrigin = (): string => other;
export const ownOrigin = (): string => origin;

/** Is replaced in a workflow: a table is made before the server has a port. */
export const ORIGIN = 'http://origin.invalid';

interface Case {
  readonly flow: unknown;
  readonly options?: RunFileOptions;
  readonly serve?: Answer;
  readonly files?: Readonly<Record<string, string | Buffer>>;
}

interface Ran {
  readonly outcome: RunOutcome | undefined;
  readonly error: PflowError | undefined;
  readonly log: string;
  /** The result as JSON. */
  readonly json: string;
}

export async function run({ flow, options = {}, serve, files = {} }: Case): Promise<Ran> {
  received = [];
  answer = serve ?? ((_request, response) => response.end());
  const bench = workbench();
  for (const [name, content] of Object.entries(files)) {
    bench.write(name, '');
    writeFileSync(bench.path(name), content);
  }
  const text = typeof flow === 'string' ? flow : (exactJsonText(flow) ?? '');
  const path = bench.write('flow.json', text.replaceAll(ORIGIN, origin));
  const env = { ...cleanEnvironment(bench.folder), OLLAMA_HOST: origin, ...options.env };
  const log = bench.path('run.ndjson');
  const ran = await runFile(path, { cwd: bench.folder, log, ...options, env }).then(
    (outcome) => ({ outcome, error: outcome.error }),
    (error: unknown) => {
      if (error instanceof PflowError) return { outcome: undefined, error };
      throw error;
    },
  );
  const read = (): string => {
    try {
      return readFileSync(log, 'utf8');
    } catch {
      return '';
    }
  };
  return { ...ran, log: read(), json: exactJsonText(ran.outcome?.output?.result) ?? '' };
}

export const one = (type: string, params: object, source: string, more: object = {}): unknown => ({
  nodes: [{ id: 'n', type, params, ...more }],
  outputs: { r: { source } },
});
export const http = (params: object = {}, source = '${n.response}', more: object = {}): unknown =>
  one('http', { url: ORIGIN, ...params }, source, more);
export const shell = (command: string, source = '${n.stdout}', params: object = {}): unknown =>
  one('shell', { command, ...params }, source);
export const llm = (params: object = {}, source = '${n.response}'): unknown =>
  one('llm', { model: 'ollama/llama3.2', prompt: 'p', ...params }, source, { retry: { max: 2, wait_s: 0 } });

export const chat =
  (
    content: unknown,
    more: { readonly finish?: string; readonly message?: object; readonly usage?: object } = {},
  ): Answer =>
  (_request, response) => {
    response.setHeader('content-type', 'application/json');
    const message = { role: 'assistant', content, ...more.message };
    const choices = [{ index: 0, message, finish_reason: more.finish ?? 'stop' }];
    const usage = more.usage ?? { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };
    response.end(JSON.stringify({ id: 'x', model: 'llama3.2', choices, usage }));
  };
export const failing =
  (status: number, body: string, type = 'application/json'): Answer =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': type }).end(body);
  };
export const sending =
  (body: string | Buffer, headers: Record<string, string> = {}): Answer =>
  (_request, response) => {
    response.writeHead(200, headers).end(body);
  };
export const JSON_TYPE = { 'content-type': 'application/json' };
export const BIG = '9007199254740993';

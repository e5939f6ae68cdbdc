// Invariant: over streamable HTTP a call arrives with the headers of the configuration, its answer loses nothing, and
// every answer that is not one is a failure of the call.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { NodeFailure } from '../../src/flow/node-failure.ts';
import { createServerPool, type ServerPool } from '../../src/mcp/server-pool.ts';
import type { ToolOutputs, ToolProgress } from '../../src/nodes/mcp/tool-caller.ts';
import { mcpHome } from '../support/mcp-home.ts';

interface Message {
  readonly id?: number;
  readonly method: string;
  readonly params?: { readonly _meta?: { readonly progressToken?: unknown } };
}

type Answer = (response: ServerResponse, message: Message) => void;

let server: Server;
let answerCall: Answer;
let seen: {
  method: string;
  headers: IncomingMessage['headers'];
  message: Message | undefined;
  body: string;
}[] = [];
let pool: ServerPool;
let progress: ToolProgress[] = [];

const asJson = (response: ServerResponse, value: unknown, headers = {}): void => {
  response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
};

function answer(request: IncomingMessage, response: ServerResponse, body: string): void {
  const message = body === '' ? undefined : (JSON.parse(body) as Message);
  seen.push({ method: request.method ?? '', headers: request.headers, message, body });
  if (message === undefined) response.writeHead(200).end();
  else if (message.method === 'initialize') {
    const result = {
      protocolVersion: '2025-06-18',
      capabilities: { tools: {} },
      serverInfo: { name: 'x', version: '1' },
    };
    asJson(response, { jsonrpc: '2.0', id: message.id, result }, { 'mcp-session-id': 'session-1' });
  } else if (message.id === undefined) response.writeHead(202).end();
  else if (message.method === 'tools/list') {
    asJson(response, { jsonrpc: '2.0', id: message.id, result: { tools: [{ name: 'tool' }] } });
  } else answerCall(response, message);
}

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      answer(request, response, Buffer.concat(chunks).toString());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

let env: Readonly<Record<string, string>> = {};

beforeEach(() => {
  seen = [];
  progress = [];
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/mcp`;
  env = { ...mcpHome({ web: { type: 'http', url, headers: { 'X-Key': 'key ${KEY}' } } }).env, KEY: 'k-123' };
  pool = createServerPool({ cwd: '.', env, onProgress: (one) => progress.push(one) });
});

afterEach(() => pool.close());

function call(args: Record<string, unknown> = {}): Promise<ToolOutputs> {
  const context = { signal: new AbortController().signal, cwd: '.', env, node: 'n', timeout_s: 100 };
  return pool.call({ server: 'web', tool: 'tool', arguments: args, isReading: false }, context);
}

async function failureOf(answering: Answer): Promise<NodeFailure> {
  answerCall = answering;
  const error = await call().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(NodeFailure);
  return error as NodeFailure;
}

test('every request has the headers of the configuration, and those of the session from then on', async () => {
  answerCall = (response, { id }) => {
    asJson(response, { jsonrpc: '2.0', id, result: { content: [{ type: 'text', text: 'hello' }] } });
  };
  expect((await call()).result).toBe('hello');
  await call();
  await pool.close();
  expect(seen.map(({ method, message }) => message?.method ?? method)).toEqual([
    'initialize',
    'notifications/initialized',
    'tools/call',
    'tools/call',
    'DELETE',
  ]);
  expect(seen.map(({ headers }) => headers['x-key'])).toEqual(Array(5).fill('key k-123'));
  expect(seen.map(({ headers }) => headers['mcp-session-id'])).toEqual([
    undefined,
    ...Array<string>(4).fill('session-1'),
  ]);
  expect(seen.at(2)?.headers).toMatchObject({
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': '2025-06-18',
  });
});

test('integers keep their digits on both ways', async () => {
  answerCall = (response) => {
    const digits = /"n":(\d+)/u.exec(seen.at(-1)?.body ?? '')?.[1] ?? '';
    const id = String(seen.at(-1)?.message?.id);
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(`{"jsonrpc":"2.0","id":${id},"result":{"structuredContent":{"n":${digits}}}}`);
  };
  expect((await call({ n: 98765432109876543210n })).result).toEqual({ n: 98765432109876543210n });
});

test('a stream of events brings progress and the result, however it is cut', async () => {
  answerCall = (response, { id, params }) => {
    const notification = {
      jsonrpc: '2.0',
      method: 'notifications/progress',
      params: { progressToken: params?._meta?.progressToken, progress: 1, total: 2 },
    };
    const result = { jsonrpc: '2.0', id, result: { content: [{ type: 'text', text: 'Größe' }] } };
    const text = `: hello\nevent: message\ndata: ${JSON.stringify(notification)}\n\nid: 7\r\ndata: ${JSON.stringify(result)}\r\n\r\n`;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const byte of Buffer.from(text)) response.write(Buffer.from([byte]));
    response.end();
  };
  expect((await call()).result).toBe('Größe');
  expect(progress).toEqual([{ node: 'n', progress: 1, total: 2 }]);
});

test('a session that the server has ended is replaced, and the call is made in the new one', async () => {
  answerCall = (response, { id }) => {
    const isFirst = seen.filter(({ message }) => message?.method === 'tools/call').length === 1;
    if (isFirst) response.writeHead(404).end('session not found');
    else asJson(response, { jsonrpc: '2.0', id, result: { content: [{ type: 'text', text: 'hello' }] } });
  };
  expect((await call()).result).toBe('hello');
  expect(seen.map(({ message }) => message?.method)).toEqual([
    ...['initialize', 'notifications/initialized', 'tools/call'],
    ...['initialize', 'notifications/initialized', 'tools/call'],
  ]);
});

describe('a call fails', () => {
  test.each<[string, number, string, RegExp, Partial<NodeFailure>]>([
    [
      'rejects the token',
      401,
      'no',
      /answered 401 Unauthorized: no$/u,
      { retryable: false, mayHaveActed: false },
    ],
    ['is not there', 404, '<html>', /answered 404 Not Found$/u, { retryable: false, mayHaveActed: false }],
    ['is overloaded', 503, '', /answered 503 Service Unavailable$/u, { retryable: true, mayHaveActed: true }],
  ])('with a server that %s', async (_what, status, body, message, facts) => {
    const failure = await failureOf((response) => response.writeHead(status).end(body));
    expect(failure.message).toMatch(message);
    expect(failure).toMatchObject({ code: 'MCP_SERVER_FAILED', ...facts });
  });

  test('with an answer that is not a message', async () => {
    const failure = await failureOf((response) => response.writeHead(200).end('<html>Login</html>'));
    expect(failure.message).toBe(
      'the MCP server web closed the connection: the answer is not an MCP message: <html>Login</html>',
    );
  });

  test('with a stream that ends before the result', async () => {
    const failure = await failureOf((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(': nothing\n\n');
    });
    expect(failure.message).toBe(
      'the MCP server web closed the connection: the answer ended before the result',
    );
    expect(failure.mayHaveActed).toBe(true);
  });

  test('with an answer beyond the limit', async () => {
    const failure = await failureOf((response) => {
      response.on('error', () => undefined);
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(`{"jsonrpc":"2.0","x":"${'x'.repeat(17 * 1024 * 1024)}"}`);
    });
    expect(failure.code).toBe('MCP_RESULT_TOO_LARGE');
    const next = await failureOf((response) => response.writeHead(503).end());
    expect(next.message).toBe('the MCP server web answered 503 Service Unavailable');
  });

  test('with an error of the server, whose code is that of a closed connection', async () => {
    const failure = await failureOf((response, { id }) => {
      asJson(response, { jsonrpc: '2.0', id, error: { code: -32_000, message: 'the quota is used up' } });
    });
    expect({ code: failure.code, message: failure.message }).toEqual({
      code: 'MCP_TOOL_FAILED',
      message: 'tool of the MCP server web failed: the quota is used up',
    });
  });

  test('without a server, and names the address without its path', async () => {
    const { env: other } = mcpHome({ web: { url: 'http://127.0.0.1:9/secret-path' } });
    const lonely = createServerPool({ cwd: '.', env: other });
    const context = { signal: new AbortController().signal, cwd: '.', env: other };
    await expect(
      lonely.call({ server: 'web', tool: 'tool', arguments: {}, isReading: false }, context),
    ).rejects.toMatchObject({
      code: 'MCP_SERVER_FAILED',
      message: expect.stringMatching(/^the MCP server web cannot be reached: (?!.*secret-path)/u) as string,
      mayHaveActed: false,
    });
    await lonely.close();
  });
});

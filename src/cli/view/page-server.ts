// Serves pages on loopback to a browser that knows the key in the address. Answers every other request with 403.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { asPflowError } from '../terminal/error-text.ts';
import { PflowError } from '../../errors.ts';

/** A message to a page that follows something. */
export interface PageMessage {
  readonly event: string;
  /** What the page names when it connects again. */
  readonly id: string;
  readonly data: string;
}

export interface Site {
  /** Returns the page at a path, and undefined for an unknown path. */
  page(path: string): Promise<string | undefined>;
  /** `since`: the id of the last message. Undefined where nothing can be followed. Ends when nothing more will come. */
  follow(path: string, since: string, signal: AbortSignal): AsyncIterable<PageMessage> | undefined;
}

export interface PageServer {
  /** Ends in a slash; paths of the site come after it. */
  readonly address: string;
  /** Resolves once `signal` has stopped it. */
  readonly closed: Promise<void>;
}

export interface ServerOptions {
  /** 0 for any that is free. */
  readonly port: number;
  readonly signal: AbortSignal;
}

const HOST = '127.0.0.1';

const HEADERS = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cross-origin-resource-policy': 'same-origin',
} as const;

/** Throws USAGE for a port that cannot be used. */
export async function startPageServer(site: Site, { port, signal }: ServerOptions): Promise<PageServer> {
  const key = randomBytes(24).toString('base64url');
  const server = createServer((request, response) => {
    void answer(request, response, { site, key, signal });
  });
  await listen(server, port);
  const closed = new Promise<void>((resolve) => {
    const close = (): void => {
      server.close(() => {
        resolve();
      });
      server.closeAllConnections();
    };
    if (signal.aborted) close();
    else signal.addEventListener('abort', close, { once: true });
  });
  return { address: `http://${HOST}:${String(portOf(server))}/${key}/`, closed };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', ({ message }) => {
      reject(
        new PflowError('USAGE', `port ${String(port)} cannot be used: ${message}`, {
          hint: 'Give another --port, or none for any that is free.',
        }),
      );
    });
    server.listen(port, HOST, resolve);
  });
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

interface Served {
  readonly site: Site;
  readonly key: string;
  readonly signal: AbortSignal;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { site, key, signal }: Served,
): Promise<void> {
  const [pathname = '', query = ''] = (request.url ?? '').split('?', 2);
  const path = isForeign(request) ? undefined : pathBehind(key, pathname);
  if (path === undefined) {
    refuse(response, 403, 'forbidden');
    return;
  }
  if (request.method !== 'GET') {
    refuse(response, 405, 'only GET');
    return;
  }
  try {
    const since = sinceOf(request, query);
    const gone = AbortSignal.any([signal, closingOf(response)]);
    const messages = site.follow(path, since, gone);
    if (messages !== undefined) {
      await sendMessages(messages, response);
      return;
    }
    const page = await site.page(path);
    if (page === undefined) refuse(response, 404, 'there is no such page');
    else response.writeHead(200, { ...HEADERS, 'content-type': 'text/html; charset=utf-8' }).end(page);
  } catch (error) {
    const { code, message } = asPflowError(error);
    if (response.headersSent) response.end();
    else refuse(response, 500, `${code}: ${message}`);
  }
}

/** A browser that connects again names the last message that it got. */
function sinceOf({ headers }: IncomingMessage, query: string): string {
  const last = headers['last-event-id'];
  return typeof last === 'string' ? last : (new URLSearchParams(query).get('since') ?? '');
}

/** Another site, whose name leads to this machine, sends its own name. */
function isForeign({ headers, socket }: IncomingMessage): boolean {
  const port = String(socket.localPort);
  return headers.host !== `${HOST}:${port}` && headers.host !== `localhost:${port}`;
}

function pathBehind(key: string, pathname: string): string | undefined {
  const [, given = '', ...rest] = pathname.split('/');
  const [a, b] = [Buffer.from(given), Buffer.from(key)];
  return a.length === b.length && timingSafeEqual(a, b) ? rest.join('/') : undefined;
}

function closingOf(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    controller.abort();
  });
  return controller.signal;
}

function refuse(response: ServerResponse, status: number, why: string): void {
  response.writeHead(status, { ...HEADERS, 'content-type': 'text/plain; charset=utf-8' }).end(`${why}\n`);
}

/** Server-sent events. */
async function sendMessages(messages: AsyncIterable<PageMessage>, response: ServerResponse): Promise<void> {
  response.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream; charset=utf-8' });
  response.flushHeaders();
  for await (const { event, id, data } of messages) {
    const lines = data.split('\n').map((line) => `data: ${line}\n`);
    response.write(`event: ${event}\nid: ${id}\n${lines.join('')}\n`);
  }
  response.end();
}

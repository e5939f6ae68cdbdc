// Starts a loopback server that answers with the replies of a script.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedRequest {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** The body before it was read as text. */
  readonly bytes: Buffer;
}

export type Reply = (response: ServerResponse) => void;

export interface Loopback {
  readonly origin: string;
  readonly server: Server;
  /** Requests since the last script, in order. */
  readonly received: readonly ReceivedRequest[];
  /** Forgets the requests, and answers the next ones with these replies. */
  play(script: readonly Reply[]): void;
  stop(): void;
}

export const reply =
  (status: number, body: string | Buffer = '', headers: Record<string, string | string[]> = {}): Reply =>
  (response) => {
    response.writeHead(status, headers).end(body);
  };

/** Never answers. */
export const silence: Reply = () => undefined;

export const hangUp: Reply = (response) => {
  response.socket?.destroy();
};

export async function startLoopback(): Promise<Loopback> {
  let received: ReceivedRequest[] = [];
  let replies: Reply[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url, headers } = request;
      const bytes = Buffer.concat(chunks);
      received.push({ method, url, headers, body: bytes.toString(), bytes });
      (replies.shift() ?? reply(500, 'no reply left'))(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    server,
    get received() {
      return received;
    },
    play(script) {
      received = [];
      replies = [...script];
    },
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

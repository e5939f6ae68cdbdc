// Connects the HTTP client of this process to a server in memory. The edge is the socket: everything above it is the
// real code of Node.js and pflow, and no port is opened.
import http, { type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Duplex } from 'node:stream';

/** One end of a connection. What is written comes out of the other end. */
class FakeSocket extends Duplex {
  peer: FakeSocket | undefined;
  readonly connecting = false;
  private isReset = false;

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.peer?.push(chunk);
    done();
  }

  override _final(done: () => void): void {
    if (this.peer?.destroyed === false) this.peer.push(null);
    done();
  }

  override _read(): void {
    // The other end pushes.
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    const { peer } = this;
    if (peer?.destroyed === false) {
      if (this.isReset) peer.destroy(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }));
      else if (!peer.readableEnded) peer.push(null);
    }
    done(error);
  }

  /** Breaks the connection, so that the other end gets an error and not an end. */
  resetAndDestroy(): this {
    this.isReset = true;
    return this.destroy();
  }

  setKeepAlive(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setTimeout(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  address(): Partial<AddressInfo> {
    return {};
  }
}

/** Hosts that cannot be reached, and the code of the failure. */
const UNREACHABLE: Readonly<Record<string, string>> = {
  'refused.test': 'ECONNREFUSED',
  'unknown.test': 'ENOTFOUND',
};

interface Connecting {
  createConnection: (options: { readonly host?: string }) => Duplex;
}
const AGENT = http.Agent.prototype as unknown as Connecting;

export class FakeNetwork {
  private readonly server: http.Server;
  private readonly sockets = new Set<FakeSocket>();
  private readonly createConnection = AGENT.createConnection;

  constructor(listener: RequestListener) {
    this.server = http.createServer({ keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 }, listener);
  }

  install(): void {
    AGENT.createConnection = ({ host = '' }) => this.connect(host);
  }

  /** Restores the real network. Returns the number of connections that are still in use. */
  uninstall(): number {
    AGENT.createConnection = this.createConnection;
    http.globalAgent.destroy();
    const open = [...this.sockets].filter((socket) => !socket.destroyed);
    for (const socket of open) socket.destroy();
    return open.length;
  }

  private connect(host: string): Duplex {
    const [client, server] = [new FakeSocket(), new FakeSocket()];
    const code = UNREACHABLE[host];
    if (code !== undefined) {
      const call = code === 'ENOTFOUND' ? 'getaddrinfo' : 'connect';
      const error = Object.assign(new Error(`${call} ${code} ${host}`), { code });
      setImmediate(() => client.destroy(error));
      return client;
    }
    client.peer = server;
    server.peer = client;
    this.sockets.add(client);
    server.on('error', () => undefined);
    this.server.emit('connection', server);
    return client;
  }
}

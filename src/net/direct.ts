// Sends a request over a connection of its own to the server. Node's client has no time limits of its own, hands over
// the bytes as they come, and reports a body that ends before its length or its last chunk.
import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import {
  abortedError,
  NetworkError,
  toNetworkError,
  type NetAnswer,
  type NetRequest,
  type Send,
} from './message.ts';

/** Servers of large cookies and policies send more than Node's 16 KiB. */
const MAX_HEADER_BYTES = 64 * 1024;

/** Sends without a proxy. */
export const sendDirectly: Send = (request, signal) =>
  new Promise<NetAnswer>((resolve, reject) => {
    let wasSent = false;
    const fail = (error: unknown): void => {
      reject(signal.aborted ? abortedError(signal, wasSent) : toNetworkError(error, wasSent));
    };
    try {
      const sent = open(request, signal);
      sent.once('socket', (socket) => {
        keepFromThrowing(socket);
        whenConnected(socket, () => {
          wasSent = true;
        });
      });
      sent.on('error', fail);
      sent.once('response', (answer) => {
        resolve(toAnswer(answer));
      });
      sent.once('upgrade', (_answer, socket) => {
        socket.destroy();
        fail(switchedError());
      });
      // Nothing of the above: the connection is gone, and no answer will come.
      sent.once('close', () => {
        fail(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }));
      });
      sent.end(request.body);
    } catch (error) {
      fail(error);
    }
  });

function switchedError(): NetworkError {
  return new NetworkError('the server switched to another protocol (101)', {
    code: 'PROTOCOL_SWITCHED',
    wasSent: true,
    retryable: false,
    hint: 'An http node cannot talk to an address of websockets.',
  });
}

function open({ url, method, headers, body }: NetRequest, signal: AbortSignal): http.ClientRequest {
  const { request } = url.protocol === 'https:' ? https : http;
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  return request(url, {
    method,
    headers: { ...headers, ...length },
    signal,
    maxHeaderSize: MAX_HEADER_BYTES,
    // A connection that is kept may be closed by the server just as the next request starts. A request whose effect
    // would double must not be repeated then, so it never uses one.
    ...(method === 'POST' || method === 'PATCH' ? { agent: false } : {}),
  });
}

const listenedTo = new WeakSet<Socket>();

/** An abort just after a response destroys a socket whose errors have no listener. */
function keepFromThrowing(socket: Socket): void {
  if (listenedTo.has(socket)) return;
  listenedTo.add(socket);
  socket.on('error', () => undefined);
}

/** Calls `then` once data can reach the server; a reused connection is ready. */
function whenConnected(socket: Socket, then: () => void): void {
  if (!socket.connecting) then();
  else socket.once('encrypted' in socket ? 'secureConnect' : 'connect', then);
}

function toAnswer(answer: http.IncomingMessage): NetAnswer {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(answer.headers)) if (value !== undefined) headers[name] = value;
  return { status: answer.statusCode ?? 0, statusText: answer.statusMessage ?? '', headers, body: answer };
}

// Carries MCP messages over streamable HTTP: each message is a request, and its answer is JSON or a stream of events.
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage, RequestId } from '@modelcontextprotocol/sdk/types.js';
import type { HttpServer } from '../home/mcp/server-schema.ts';
import { ACCEPTED_ENCODINGS, readChunks } from '../net/body.ts';
import { NetworkError, type NetAnswer, type Send } from '../net/message.ts';
import { sendFollowing } from '../net/redirects.ts';
import { readEventData } from './event-stream.ts';
import { CONNECTION_CLOSED, LOST_ANSWER } from './lost-answer.ts';
import { formatMessage, MAX_MESSAGE_BYTES, MessageTooLargeError, parseMessages } from './json-rpc.ts';
import { present } from '../values/present.ts';

const CLOSE_MS = 1_000;
const EXCERPT = 200;

/** The failure of a request that the server answered without success. */
export class HttpStatusError extends Error {
  readonly status: number;
  /** The server has ended the session, and has not handled the request. */
  readonly sessionEnded: boolean;

  constructor(status: number, text: string, sessionEnded: boolean) {
    super(`the server answered ${text}`);
    this.name = 'HttpStatusError';
    this.status = status;
    this.sessionEnded = sessionEnded;
  }
}

export class HttpTransport implements Transport {
  declare onclose?: () => void;
  declare onerror?: (error: Error) => void;
  declare onmessage?: (message: JSONRPCMessage) => void;
  private readonly url: URL;
  private readonly headers: Readonly<Record<string, string>>;
  private readonly post: Send;
  private readonly controller = new AbortController();
  private session: string | undefined;
  private protocolVersion: string | undefined;

  /** Throws TypeError for a text that is not an address. */
  constructor({ url, headers }: HttpServer, send: Send) {
    this.url = new URL(url);
    this.headers = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
    );
    this.post = send;
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  setProtocolVersion(version: string): void {
    this.protocolVersion = version;
  }

  /** Resolves with the head of the answer; what the server answers is read after that. */
  async send(message: JSONRPCMessage): Promise<void> {
    const body = formatMessage(message);
    const hadSession = this.session !== undefined;
    const headers = {
      ...this.commonHeaders(),
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'accept-encoding': ACCEPTED_ENCODINGS,
    };
    const request = { url: this.url, method: 'POST', headers, body };
    const { answer } = await sendFollowing(this.post, request, this.controller.signal);
    const session = answer.headers['mcp-session-id'];
    if (typeof session === 'string') this.session = session;
    if (answer.status < 200 || answer.status > 299) throw await statusError(answer, hadSession);
    const id = 'method' in message && 'id' in message ? message.id : undefined;
    void this.receive(answer, id);
  }

  async close(): Promise<void> {
    if (this.controller.signal.aborted) return;
    if (this.session !== undefined) await this.endSession();
    this.controller.abort(new Error('the connection is closed'));
    this.onclose?.();
  }

  private commonHeaders(): Record<string, string> {
    return {
      ...this.headers,
      ...present({ 'mcp-session-id': this.session, 'mcp-protocol-version': this.protocolVersion }),
    };
  }

  /** A server that forgets its session by itself may not answer. */
  private async endSession(): Promise<void> {
    const controller = new AbortController();
    const timer = setTimeout(() => {
      controller.abort(new Error('no answer'));
    }, CLOSE_MS);
    try {
      const request = { url: this.url, method: 'DELETE', headers: this.commonHeaders() };
      const answer = await this.post(request, controller.signal);
      answer.body.on('error', () => undefined).destroy();
    } catch (error) {
      this.onerror?.(error as Error);
    } finally {
      clearTimeout(timer);
    }
  }

  private async receive(answer: NetAnswer, id: RequestId | undefined): Promise<void> {
    const isAnswered = { value: false };
    try {
      for await (const text of readTexts(answer)) this.deliver(text, id, isAnswered);
      if (id !== undefined && !isAnswered.value) this.fail(id, 'the answer ended before the result');
    } catch (error) {
      if (id !== undefined && !isAnswered.value) this.fail(id, (error as Error).message);
      this.onerror?.(error as Error);
    }
  }

  private deliver(text: string, id: RequestId | undefined, isAnswered: { value: boolean }): void {
    if (text.trim() === '') return;
    const messages = parseMessages(text);
    if (messages === undefined) throw new Error(`the answer is not an MCP message: ${excerpt(text)}`);
    for (const message of messages) {
      if (!('method' in message) && message.id === id) isAnswered.value = true;
      this.onmessage?.(message);
    }
  }

  /** Ends the request that waits for this answer. */
  private fail(id: RequestId, message: string): void {
    this.onmessage?.({ jsonrpc: '2.0', id, error: { code: CONNECTION_CLOSED, message, data: LOST_ANSWER } });
  }
}

/** Yields the messages in the body, as texts. Throws MessageTooLargeError and NetworkError. */
async function* readTexts(answer: NetAnswer): AsyncGenerator<string> {
  const chunks = readChunks(answer, 'POST');
  if (/^text\/event-stream/iu.test(String(answer.headers['content-type'] ?? ''))) {
    yield* readEventData(chunks, {
      maxLength: MAX_MESSAGE_BYTES,
      tooLarge: () => new MessageTooLargeError(),
    });
    return;
  }
  const parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > MAX_MESSAGE_BYTES) throw new MessageTooLargeError();
    parts.push(chunk);
  }
  yield Buffer.concat(parts).toString('utf8');
}

async function statusError(answer: NetAnswer, hadSession: boolean): Promise<HttpStatusError> {
  const { status, statusText } = answer;
  const head = `${String(status)} ${statusText}`.trim();
  let text = '';
  try {
    for await (const chunk of readChunks(answer, 'POST')) {
      text += chunk.toString('utf8');
      if (text.length > EXCERPT) break;
    }
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
  }
  const shown = excerpt(text);
  const message = shown === '' || shown.startsWith('<') ? head : `${head}: ${shown}`;
  return new HttpStatusError(status, message, hadSession && status === 404);
}

function excerpt(text: string): string {
  const line = text.replaceAll(/\s+/gu, ' ').trim();
  return line.length > EXCERPT ? `${line.slice(0, EXCERPT)}…` : line;
}

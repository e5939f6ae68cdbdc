// Carries MCP messages over two streams, one message on each line. Used for both ends of stdio.
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import type { Readable, Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { formatMessage, MAX_MESSAGE_BYTES, MessageTooLargeError, parseMessages } from './json-rpc.ts';

const NEWLINE = 0x0a;

/** How long the reason of a failed write may take: a process that has ended is reported a little later. */
const REASON_MS = 1_000;

export interface LineStreams {
  readonly input: Readable;
  readonly output: Writable;
  /** Called with each line that is not a message. */
  readonly onForeignLine: (line: Buffer) => void;
  /** Ends the other side, or nothing. Called once. */
  readonly end: () => Promise<void>;
}

export class LineTransport implements Transport {
  declare onclose?: () => void;
  declare onerror?: (error: Error) => void;
  declare onmessage?: (message: JSONRPCMessage) => void;
  private readonly streams: LineStreams;
  private chunks: Buffer[] = [];
  private size = 0;
  /** Messages are delivered one after the other, and the end of the connection last. */
  private delivered: Promise<void> = Promise.resolve();
  private closing: Promise<void> | undefined;
  private isFinished = false;
  private readonly finished: Promise<void>;
  private resolveFinished: () => void = () => undefined;

  constructor(streams: LineStreams) {
    this.streams = streams;
    this.finished = new Promise((resolve) => {
      this.resolveFinished = resolve;
    });
  }

  start(): Promise<void> {
    const { input, output } = this.streams;
    input.on('data', this.receive);
    input.on('error', this.report);
    output.on('error', this.report);
    return Promise.resolve();
  }

  /** Resolves once the line has left this process. */
  send(message: JSONRPCMessage): Promise<void> {
    const { output } = this.streams;
    return new Promise((resolve, reject) => {
      if (!output.writable) {
        reject(new Error('the connection is closed'));
        return;
      }
      output.write(`${formatMessage(message)}\n`, (error) => {
        if (error === undefined || error === null) resolve();
        else {
          void this.whyClosed().then(() => {
            reject(error);
          });
        }
      });
    });
  }

  close(): Promise<void> {
    this.closing ??= this.streams.end().then(() => {
      this.finish();
    });
    return this.closing;
  }

  /** Reports the end of the connection, however it came. */
  finish(): void {
    if (this.isFinished) return;
    this.isFinished = true;
    this.streams.input.off('data', this.receive);
    this.delivered = this.delivered.then(() => {
      this.onclose?.();
      this.resolveFinished();
    });
  }

  /** Resolves when the end of the connection was reported, or after a second. */
  private async whyClosed(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, REASON_MS);
    });
    await Promise.race([this.finished, late]);
    clearTimeout(timer);
  }

  private readonly report = (error: Error): void => {
    this.onerror?.(error);
  };

  private readonly receive = (chunk: Buffer): void => {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      const line = Buffer.concat([...this.chunks, chunk.subarray(start, end)]);
      this.chunks = [];
      this.size = 0;
      start = end + 1;
      if (line.length > MAX_MESSAGE_BYTES) {
        this.refuse();
        return;
      }
      this.deliver(line);
    }
    this.chunks.push(chunk.subarray(start));
    this.size += chunk.length - start;
    if (this.size > MAX_MESSAGE_BYTES) this.refuse();
  };

  private refuse(): void {
    this.chunks = [];
    this.size = 0;
    this.streams.input.off('data', this.receive);
    this.streams.input.resume();
    this.report(new MessageTooLargeError());
    void this.close();
  }

  private deliver(line: Buffer): void {
    const messages = parseMessages(decode(line) ?? '');
    if (messages === undefined) {
      if (line.toString('latin1').trim() !== '') this.streams.onForeignLine(line);
      return;
    }
    for (const message of messages) this.delivered = this.delivered.then(() => this.handle(message));
  }

  private async handle(message: JSONRPCMessage): Promise<void> {
    try {
      this.onmessage?.(message);
    } catch (error) {
      this.report(error as Error);
    }
    // The SDK handles a notification later than an answer: a report of progress would be lost.
    if (!('id' in message)) await setImmediate();
  }
}

/** Returns undefined for bytes that are not UTF-8. */
function decode(line: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(line);
  } catch {
    return undefined;
  }
}

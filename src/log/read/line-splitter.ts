// Splits a stream of bytes at 0x0A. Buffers at most one line; of a line above the limit only its length.
import { MAX_LINE_BYTES, NEWLINE } from '../line-form.ts';

interface LineReceiver {
  /** A terminated line, newline excluded; the bytes are valid until the call returns. `false` stops. */
  onLine(bytes: Buffer, start: number, end: number): boolean;
  /** A terminated line of more than 64 MiB, whose bytes were dropped. `false` stops. */
  onTooLong(bytes: number): boolean;
}

export class LineSplitter {
  /** Number, from 1, and first byte of the current line. */
  line = 1;
  offset = 0;
  private readonly receiver: LineReceiver;
  private readonly limit: number;
  private held: Buffer[] = [];
  private heldBytes = 0;

  constructor(receiver: LineReceiver, limit = MAX_LINE_BYTES) {
    this.receiver = receiver;
    this.limit = limit;
  }

  /** The chunk may be reused afterwards. Returns false when the receiver has stopped. */
  push(chunk: Buffer): boolean {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(NEWLINE, start);
      if (end < 0) break;
      const going =
        this.heldBytes === 0 ? this.receive(chunk, start, end) : this.receiveHeld(chunk, start, end);
      if (!going) return false;
      start = end + 1;
    }
    if (start < chunk.length) this.hold(chunk.subarray(start));
    return true;
  }

  /** Bytes of the unterminated tail. */
  get tail(): number {
    return this.heldBytes;
  }

  private receive(bytes: Buffer, start: number, end: number): boolean {
    const length = end - start;
    const going =
      length > this.limit ? this.receiver.onTooLong(length) : this.receiver.onLine(bytes, start, end);
    this.line += 1;
    this.offset += length + 1;
    return going;
  }

  private receiveHeld(chunk: Buffer, start: number, end: number): boolean {
    this.hold(chunk.subarray(start, end));
    const { held, heldBytes } = this;
    this.held = [];
    this.heldBytes = 0;
    if (heldBytes <= this.limit) return this.receive(Buffer.concat(held), 0, heldBytes);
    const going = this.receiver.onTooLong(heldBytes);
    this.line += 1;
    this.offset += heldBytes + 1;
    return going;
  }

  private hold(bytes: Buffer): void {
    this.heldBytes += bytes.length;
    if (this.heldBytes > this.limit) this.held = [];
    else this.held.push(Buffer.from(bytes));
  }
}

// Keeps the last whole line that each running command has written, without secrets.
import { stripVTControlCharacters } from 'node:util';
import { CUT_MARK, redactCut } from '../../values/cut-text.ts';
import { toVisibleLine } from '../../values/escape-text.ts';
import type { CommandOutputPart } from '../../nodes/run-context.ts';

/** Bytes that are kept of each command. */
const KEPT = 4_096;

interface Tail {
  bytes: Buffer;
  isCut: boolean;
}

export class OutputLines {
  private readonly redact: (text: string) => string;
  /** By node. */
  private readonly tails = new Map<string, Tail>();

  constructor(redact: (text: string) => string) {
    this.redact = redact;
  }

  add({ node, bytes }: CommandOutputPart): void {
    const { bytes: before, isCut } = this.tails.get(node) ?? { bytes: Buffer.alloc(0), isCut: false };
    const all = Buffer.concat([before, bytes]);
    const isTooLong = all.length > KEPT;
    // A copy: a part of a large buffer keeps all of it.
    this.tails.set(node, { bytes: Buffer.from(all.subarray(-KEPT)), isCut: isCut || isTooLong });
  }

  end(node: string): void {
    this.tails.delete(node);
  }

  /** Undefined before the first whole line. Programs end lines that move with a carriage return. */
  lastLine(node: string): string | undefined {
    const tail = this.tails.get(node);
    if (tail === undefined) return undefined;
    const text = tail.bytes.toString();
    const shown = redactCut(tail.isCut ? CUT_MARK + text : text, this.redact);
    const lines = shown.split(/[\r\n]+/u);
    // The last one may go on, and the first one may have begun before.
    const whole = lines.slice(tail.isCut ? 1 : 0, -1).filter((line) => line.trim() !== '');
    const last = whole.at(-1);
    return last === undefined ? undefined : toVisibleLine(stripVTControlCharacters(last));
  }
}

// Leads the bytes of one source, line by line, past whoever judges them. It does not know what is right.
import { MAX_LINE_BYTES } from '../line-form.ts';
import { unpacked } from './log-bytes.ts';
import type { Unpacking } from './log-bytes.ts';
import { LineFramer } from './line-splitter.ts';
import type { Wrong } from './line-checks.ts';
import type { Place, TornTail } from './read-report.ts';

export interface LineWalker {
  readonly stopped: boolean;
  /** The bytes are good until the call returns; `place` makes the place when it is needed. */
  line(bytes: Buffer, start: number, end: number, place: () => Place): void;
  /** Damage that is no line one could look at. */
  wrong(wrong: Wrong, place: () => Place): void;
  torn(tail: TornTail): void;
  /** All lines of a chunk were shown. */
  chunkDone(): Promise<void> | undefined;
}

/** Where in a source its lines were read so far. */
export interface Reached {
  /** Number, from 1, and first byte of the next line. */
  readonly line: number;
  readonly offset: number;
}

/** `reached`: the chunks go on from there, and are not packed. */
export async function walkLines(
  source: string,
  chunks: AsyncIterable<Uint8Array>,
  walker: LineWalker,
  reached?: Reached,
): Promise<void> {
  const unpacking: Unpacking = {};
  const framer = new LineFramer({
    line: (bytes, start, end) => {
      walker.line(bytes, start, end, place);
      return !walker.stopped;
    },
    tooLong: (bytes) => {
      const why = `the line has ${String(bytes)} bytes, more than ${String(MAX_LINE_BYTES)}`;
      walker.wrong({ code: 'too-long', why }, place);
      return !walker.stopped;
    },
  });
  if (reached !== undefined) Object.assign(framer, reached);
  const place = (): Place => ({ source, line: framer.line, offset: framer.offset });
  for await (const chunk of reached === undefined ? unpacked(chunks, unpacking) : chunks) {
    framer.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    await walker.chunkDone();
    if (walker.stopped) return;
  }
  if (unpacking.damage !== undefined) {
    walker.wrong({ code: 'gzip', why: `the packed data is damaged: ${unpacking.damage}` }, place);
    await walker.chunkDone();
  } else if (framer.tail > 0 || unpacking.cut === true) {
    walker.torn({ ...place(), bytes: framer.tail });
  }
}

// Leads the bytes of one source, line by line, past whoever judges them. It does not know what is right.
import { MAX_LINE_BYTES } from './line-codec.ts';
import { unpacked } from './log-bytes.ts';
import type { Unpacking } from './log-bytes.ts';
import { LineFramer } from './line-framer.ts';
import type { Wrong } from './line-inspection.ts';
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

export async function walkLines(
  source: string,
  chunks: AsyncIterable<Uint8Array>,
  walker: LineWalker,
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
  const place = (): Place => ({ source, line: framer.line, offset: framer.offset });
  for await (const chunk of unpacked(chunks, unpacking)) {
    framer.push(chunk);
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

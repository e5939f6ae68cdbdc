// Feeds the bytes of one source to a handler, line by line. Does not interpret them; the handler does.
import { MAX_LINE_BYTES } from '../line-form.ts';
import { unpack } from './log-bytes.ts';
import type { UnpackResult } from './log-bytes.ts';
import { LineSplitter } from './line-splitter.ts';
import type { LineDamage } from './line-checks.ts';
import type { Place, TornTail } from './read-report.ts';

export interface LineHandler {
  readonly stopped: boolean;
  /** The bytes are valid until the call returns; `place` builds the position on demand. */
  onLine(bytes: Buffer, start: number, end: number, place: () => Place): void;
  /** Reports damage that cannot be shown as a line. */
  onDamage(wrong: LineDamage, place: () => Place): void;
  onTornTail(tail: TornTail): void;
  /** Called after all lines of a chunk. */
  onChunkEnd(): Promise<void> | undefined;
}

/** How far the lines of a source have been read. */
export interface ReadPosition {
  /** Number, from 1, and first byte of the next line. */
  readonly line: number;
  readonly offset: number;
}

/** `reached`: the chunks continue from there, and are not compressed. */
export async function readLines(
  source: string,
  chunks: AsyncIterable<Uint8Array>,
  walker: LineHandler,
  reached?: ReadPosition,
): Promise<void> {
  const unpacking: UnpackResult = {};
  const framer = new LineSplitter({
    line: (bytes, start, end) => {
      walker.onLine(bytes, start, end, place);
      return !walker.stopped;
    },
    tooLong: (bytes) => {
      const why = `the line has ${String(bytes)} bytes, more than ${String(MAX_LINE_BYTES)}`;
      walker.onDamage({ code: 'too-long', why }, place);
      return !walker.stopped;
    },
  });
  if (reached !== undefined) Object.assign(framer, reached);
  const place = (): Place => ({ source, line: framer.line, offset: framer.offset });
  for await (const chunk of reached === undefined ? unpack(chunks, unpacking) : chunks) {
    framer.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    await walker.onChunkEnd();
    if (walker.stopped) return;
  }
  if (unpacking.damage !== undefined) {
    walker.onDamage({ code: 'gzip', why: `the packed data is damaged: ${unpacking.damage}` }, place);
    await walker.onChunkEnd();
  } else if (framer.tail > 0 || unpacking.cut === true) {
    walker.onTornTail({ ...place(), bytes: framer.tail });
  }
}

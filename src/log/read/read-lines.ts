// Feeds the bytes of one source to a handler, line by line. Does not interpret them; the handler does.
import { MAX_LINE_BYTES } from '../line-form.ts';
import { LineSplitter } from './line-splitter.ts';
import { decompress, type DecompressionResult } from './log-bytes.ts';
import type { LineDamage, Place, TornTail } from './reading-report.ts';

export interface LineHandler {
  readonly stopped: boolean;
  /** The bytes are valid until the call returns; `place` builds the position on demand. */
  onLine(bytes: Buffer, start: number, end: number, place: () => Place): void;
  /** Reports damage that cannot be shown as a line. */
  onDamage(damage: LineDamage, place: () => Place): void;
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

/** `position`: the chunks continue from there, and are not compressed. */
export async function readLines(
  source: string,
  chunks: AsyncIterable<Uint8Array>,
  handler: LineHandler,
  position?: ReadPosition,
): Promise<void> {
  const decompression: DecompressionResult = {};
  const splitter = new LineSplitter({
    onLine: (bytes, start, end) => {
      handler.onLine(bytes, start, end, place);
      return !handler.stopped;
    },
    onTooLong: (bytes) => {
      const why = `the line has ${String(bytes)} bytes, more than ${String(MAX_LINE_BYTES)}`;
      handler.onDamage({ code: 'too-long', why }, place);
      return !handler.stopped;
    },
  });
  if (position !== undefined) Object.assign(splitter, position);
  const place = (): Place => ({ source, line: splitter.line, offset: splitter.offset });
  for await (const chunk of position === undefined ? decompress(chunks, decompression) : chunks) {
    splitter.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    await handler.onChunkEnd();
    if (handler.stopped) return;
  }
  if (decompression.damage !== undefined) {
    handler.onDamage({ code: 'gzip', why: `the compressed data is damaged: ${decompression.damage}` }, place);
    await handler.onChunkEnd();
  } else if (splitter.tail > 0 || decompression.truncated === true) {
    handler.onTornTail({ ...place(), bytes: splitter.tail });
  }
}

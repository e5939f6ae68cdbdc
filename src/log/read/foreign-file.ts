// Recognises files that are not logs by their first bytes. Names the command that takes them.
import { isUtf8 } from 'node:buffer';
import { gunzipSync, constants } from 'node:zlib';
import { PflowError } from '../../errors.ts';
import { isEventType } from '../../events/vocabulary.ts';
import { convertWideText, wideEncodingOf } from '../../values/wide-text.ts';
import { isRunPage } from './page-log.ts';
import { recogniseDocument, recogniseLine, type ForeignContent } from './foreign-json.ts';

/** The first bytes that decide. */
export const HEAD_BYTES = 1024 * 1024;
/** Of a compressed head; its data may be a thousand times larger. */
const COMPRESSED_BYTES = 16 * 1024;

/** What a line of a log has. A damaged one keeps at least one of these. */
const MARK = /"seq":\d+,"run":"|,"crc":"[0-9a-f]{8}"\}/u;
/** What a log begins with: a run may end while this is written. */
const START = '{"type":"run.started"';
const TYPE = /"type": ?"([a-z]+\.[a-z_]+)"/gu;

const MAGIC: readonly (readonly [string, string])[] = [
  ['PK\u0003\u0004', 'a ZIP archive'],
  ['\u0089PNG', 'a PNG image'],
  ['\u00ff\u00d8\u00ff', 'a JPEG image'],
  ['GIF8', 'a GIF image'],
  ['%PDF-', 'a PDF document'],
  ['SQLite format 3', 'an SQLite database'],
  ['PAR1', 'a Parquet file'],
  ['\u007fELF', 'a program'],
  ['\u0028\u00b5\u002f\u00fd', 'data that is compressed with zstd'],
  ['BZh', 'data that is compressed with bzip2'],
  ['\u00fd7zXZ', 'data that is compressed with xz'],
];

function notALogError(source: string, { what, hint }: ForeignContent): PflowError {
  return new PflowError('NOT_A_LOG', `${source} is not a log: it looks like ${what}`, {
    hint: hint ?? 'Logs are written by --log; pflow verify checks whether a file is one.',
    path: source,
  });
}

/** Returns undefined for what may be a log, however damaged. `isWhole`: nothing follows these bytes. */
function recogniseForeign(bytes: Buffer, isWhole: boolean): ForeignContent | undefined {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return recogniseCompressed(bytes);
  if (isRunPage(bytes)) return undefined;
  // The first byte of compressed data.
  if (bytes.length === 1 && bytes[0] === 0x1f) return undefined;
  const marked = bytes.toString('latin1');
  const wide = wideEncodingOf(bytes);
  if (wide !== undefined && isWideLog(marked))
    return { what: 'a log in UTF-16', hint: convertWideText(wide) };
  if (mayBeLog(marked) && !isQuotation(bytes, marked)) return undefined;
  const magic = MAGIC.find(([start]) => marked.startsWith(start));
  if (magic !== undefined) return { what: magic[1] };
  const text = textOf(bytes);
  return text === undefined ? { what: 'binary data' } : recogniseText(text, isWhole);
}

/** Marks of a log survive UTF-16. A crash may leave a file of NUL bytes. */
function mayBeLog(marked: string): boolean {
  return START.startsWith(marked) || isMarked(marked.replaceAll('\0', '')) || /^\0[\0\n]*$/u.test(marked);
}

/** Detects lines of a log in UTF-16. */
function isWideLog(marked: string): boolean {
  return !isMarked(marked) && isMarked(marked.replaceAll('\0', ''));
}

/** Whether the first line has a part of a line of a log. Such a source is a log, whatever follows. */
export function beginsAsLog(text: string): boolean {
  const start = text.trimStart();
  return start !== '' && isMarked(firstLine(start));
}

/** A page may show lines of a log: it is text that begins otherwise, and most of its lines are not those of a log. */
const LARGEST_QUOTED_PART = 0.25;

function isQuotation(bytes: Buffer, marked: string): boolean {
  if (beginsAsLog(marked) || textOf(bytes) === undefined) return false;
  const lines = marked.split('\n').filter((line) => line.trim() !== '');
  const quoted = lines.filter((line) => isMarked(line)).length;
  return quoted > 0 && quoted < lines.length * LARGEST_QUOTED_PART;
}

/** Whether the text has a part of a line of a log. */
export function isMarked(text: string): boolean {
  if (MARK.test(text)) return true;
  for (const [, type = ''] of text.matchAll(TYPE)) if (isEventType(type)) return true;
  return false;
}

/** Yields the chunks of what may be a log, unchanged. Throws NOT_A_LOG for the first of any other source. */
export async function* refuseForeign(
  source: string,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let held: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of chunks) {
    if (held === undefined) {
      yield chunk;
      continue;
    }
    // Copied: the memory of a chunk is reused for the next one.
    held = Buffer.concat([held, chunk]);
    if (held.length < HEAD_BYTES && !beginsAsLog(held.toString('latin1'))) continue;
    assertLog(source, held, false);
    yield held;
    held = undefined;
  }
  if (held === undefined) return;
  assertLog(source, held, true);
  if (held.length > 0) yield held;
}

/** Throws NOT_A_LOG. `bytes` are the first of the source; `isWhole`: nothing follows them. */
export function assertLog(source: string, bytes: Buffer, isWhole: boolean): void {
  const foreign = bytes.length === 0 ? undefined : recogniseForeign(bytes, isWhole);
  if (foreign !== undefined) throw notALogError(source, foreign);
}

function recogniseCompressed(bytes: Buffer): ForeignContent | undefined {
  try {
    const head = gunzipSync(bytes.subarray(0, COMPRESSED_BYTES), { finishFlush: constants.Z_SYNC_FLUSH });
    const isWhole = bytes.length < COMPRESSED_BYTES && head.length < HEAD_BYTES;
    const found = head.length === 0 ? undefined : recogniseForeign(head.subarray(0, HEAD_BYTES), isWhole);
    return found === undefined ? undefined : { ...found, what: `${found.what}, compressed` };
  } catch {
    return undefined;
  }
}

/** Returns undefined for bytes that are not text. */
function textOf(bytes: Buffer): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le').slice(1);
  if (bytes[0] === 0xfe && bytes[1] === 0xff && bytes.length % 2 === 0)
    return Buffer.from(bytes).swap16().toString('utf16le').slice(1);
  if (bytes.includes(0)) return undefined;
  // The last character may be cut.
  const isText = [0, 1, 2, 3].some((cut) => isUtf8(bytes.subarray(0, bytes.length - cut)));
  return isText ? bytes.toString('utf8').replace(/^\uFEFF/u, '') : undefined;
}

function recogniseText(text: string, isWhole: boolean): ForeignContent | undefined {
  const start = text.trimStart();
  // A log may follow.
  if (start === '') return isWhole ? { what: 'blank lines' } : undefined;
  if (/^[[{"]/u.test(start)) {
    const found = (isWhole ? recogniseDocument(text) : undefined) ?? recogniseLine(firstLine(start));
    return found ?? { what: start.startsWith('{') || start.startsWith('[') ? 'broken JSON' : 'a text' };
  }
  if (/^<(?:!doctype html|html)/iu.test(start)) return { what: 'an HTML page' };
  if (start.startsWith('<')) return { what: 'XML' };
  return { what: describePlainText(start) };
}

function describePlainText(text: string): string {
  const [first = '', second = ''] = text.split('\n', 3);
  const separator = [',', '\t', ';'].find(
    (one) => first.includes(one) && second.split(one).length === first.split(one).length,
  );
  if (separator !== undefined) return separator === '\t' ? 'a table with tabs' : 'CSV';
  return /^#{1,3} /u.test(text) ? 'a Markdown text' : 'a text';
}

function firstLine(text: string): string {
  const end = text.indexOf('\n');
  return end < 0 ? text : text.slice(0, end);
}

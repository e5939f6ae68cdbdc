// Classifies one line by its bytes, before parsing: damaged, to be skipped, or to be parsed. Knows no other line.
import { isUtf8 } from 'node:buffer';
import { FORMATS } from '../../events/upcast.ts';
import { verifyChecksum, hasInnerChecksum, hasChecksum, type ChecksumState } from '../line-form.ts';
import { LineHead } from './line-head.ts';
import { formatOfLine } from './log-format.ts';
import type { ReadOptions } from './read-options.ts';
import type { LineDamage } from './reading-report.ts';

/** Types that are always read, requested or not: they frame a run. */
const FRAME: ReadonlySet<string> = new Set(['run.started', 'run.completed']);
const NODE_KEY = ',"node":"';
const CARRIAGE_RETURN = 0x0d;
const BRACE = 0x7b;

type Inspection =
  | { readonly kind: 'damaged'; readonly damage: LineDamage }
  | { readonly kind: 'skip'; readonly hasChecksum: boolean }
  | { readonly kind: 'parse'; readonly checksum: ChecksumState };

const WRONG_CRC: LineDamage = { code: 'crc-wrong', why: 'the checksum does not match' };
export const NOT_JSON: LineDamage = { code: 'not-json', why: 'the line is not a JSON object' };

const SKIP_CHECKED: Inspection = { kind: 'skip', hasChecksum: true };
const SKIP_UNCHECKED: Inspection = { kind: 'skip', hasChecksum: false };
const PARSE_CHECKED: Inspection = { kind: 'parse', checksum: 'valid' };
const PARSE_UNCHECKED: Inspection = { kind: 'parse', checksum: 'missing' };

export type LineFilter = Pick<ReadOptions, 'handles' | 'runs' | 'inside' | 'checkEveryLine' | 'formats'>;

export class LineInspector {
  /** Head of the last inspected line, as far as it could be read. */
  readonly head = new LineHead();
  private readonly filter: LineFilter;
  private readonly format: number;
  /** Texts of the lines of the node, and of nodes inside of it. */
  private readonly nodeMarks: readonly string[];
  /** A run has an older format: its types may have other names now, so nothing is skipped. */
  private hasOlderFormat = false;

  constructor(filter: LineFilter) {
    this.filter = filter;
    this.format = (filter.formats ?? FORMATS).current;
    const { node } = filter.inside ?? {};
    this.nodeMarks = node === undefined ? [] : [`${NODE_KEY}${node}"`, `${NODE_KEY}${node}/`];
  }

  inspect(bytes: Buffer, start: number, end: number): Inspection {
    const inPlace = this.head.read(bytes, start, end);
    if (inPlace && this.canSkip(bytes, start, end)) {
      const skip = this.filter.checkEveryLine === true ? skipChecked : skipUnchecked;
      const inspection = skip(bytes, start, end);
      if (inspection !== undefined) return inspection;
    }
    if (this.head.type === 'run.started') {
      this.hasOlderFormat ||= formatOfLine(bytes, start, end) < this.format;
    }
    const damage = startDamage(bytes, start, end);
    if (damage !== undefined) return { kind: 'damaged', damage };
    const checksum = verifyChecksum(bytes, start, end);
    if (checksum === 'invalid') return { kind: 'damaged', damage: WRONG_CRC };
    if (checksum === 'valid') return PARSE_CHECKED;
    const unchecked = uncheckedDamage(bytes, start, end);
    return unchecked === undefined ? PARSE_UNCHECKED : { kind: 'damaged', damage: unchecked };
  }

  private canSkip(bytes: Buffer, start: number, end: number): boolean {
    const { type, run } = this.head;
    const { handles, runs, inside } = this.filter;
    if (this.hasOlderFormat || type === undefined || FRAME.has(type)) return false;
    if ((handles !== undefined && !handles.has(type)) || runs?.(run) === false) return true;
    return inside?.types.has(type) === true && this.isOutside(bytes.subarray(start, end));
  }

  /** False for a line in another layout than ours. */
  private isOutside(line: Buffer): boolean {
    return line.includes(NODE_KEY) && !this.nodeMarks.some((mark) => line.includes(mark));
  }
}

/** Returns undefined where the line needs a closer look. */
function skipUnchecked(bytes: Buffer, start: number, end: number): Inspection | undefined {
  if (!hasChecksum(bytes, start, end)) return bytes[end - 1] === CARRIAGE_RETURN ? undefined : SKIP_UNCHECKED;
  // A lost newline would hide the next line inside this one.
  return hasInnerChecksum(bytes, start, end) ? undefined : SKIP_CHECKED;
}

function skipChecked(bytes: Buffer, start: number, end: number): Inspection | undefined {
  return verifyChecksum(bytes, start, end) === 'valid' ? SKIP_CHECKED : undefined;
}

function startDamage(bytes: Buffer, start: number, end: number): LineDamage | undefined {
  if (start === end) return { code: 'blank-line', why: 'the line is empty' };
  if (bytes[start] === 0) return { code: 'nul-bytes', why: 'the line begins with NUL bytes' };
  if (bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf) {
    return { code: 'byte-order-mark', why: 'the line begins with a byte order mark' };
  }
  return undefined;
}

function uncheckedDamage(bytes: Buffer, start: number, end: number): LineDamage | undefined {
  if (bytes[end - 1] === CARRIAGE_RETURN && hasChecksum(bytes, start, end - 1)) {
    return { code: 'crlf', why: 'the line ends in CRLF: something has rewritten the line ends' };
  }
  if (!isUtf8(bytes.subarray(start, end))) return { code: 'not-utf8', why: 'the line is not UTF-8' };
  // Other parsers treat lines that are not objects differently: `null` ends a stream.
  return firstNonBlank(bytes, start, end) === BRACE ? undefined : NOT_JSON;
}

function firstNonBlank(bytes: Buffer, start: number, end: number): number {
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return byte;
  }
  return 0;
}

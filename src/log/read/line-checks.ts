// What the bytes of one line say before anybody parses them: wrong, to be passed over, or to be parsed.
// It knows no other line.
import { isUtf8 } from 'node:buffer';
import { FORMATS, type Formats } from '../../events/upcast.ts';
import { hasInnerSeal, hasSeal, lineText, sealOf } from '../line-form.ts';
import type { Seal } from '../line-form.ts';
import { LineHead } from '../write/line-head.ts';
import type { FindingCode } from './read-report.ts';

/** Types whose lines are read even when nobody handles them: they frame a run. */
const FRAME: ReadonlySet<string> = new Set(['run.started', 'run.completed']);
const CARRIAGE_RETURN = 0x0d;
const BRACE = 0x7b;
const HEAD_BYTES = 400;

export interface Wrong {
  readonly code: FindingCode;
  readonly why: string;
}

export type Inspection =
  | { readonly kind: 'wrong'; readonly wrong: Wrong }
  | { readonly kind: 'passed'; readonly sealed: boolean }
  | { readonly kind: 'parse'; readonly seal: Seal };

const PASSED_SEALED: Inspection = { kind: 'passed', sealed: true };
const PASSED_UNSEALED: Inspection = { kind: 'passed', sealed: false };
const PARSE_SEALED: Inspection = { kind: 'parse', seal: 'right' };
const PARSE_UNSEALED: Inspection = { kind: 'parse', seal: 'absent' };

export interface Wanted {
  /** Absent: all, and every line is parsed. */
  readonly handles?: ReadonlySet<string>;
  readonly runs?: (run: string) => boolean;
  /** No line is believed without its checksum. */
  readonly checkEveryLine?: boolean;
  readonly formats?: Formats;
}

export class LineInspector {
  /** Of the line inspected last, as far as it could be read. */
  readonly head = new LineHead();
  private readonly wanted: Wanted;
  private readonly format: number;
  /** There is a run in an older format: its types may be called otherwise today, so nothing is passed over. */
  private older = false;

  constructor(wanted: Wanted) {
    this.wanted = wanted;
    this.format = (wanted.formats ?? FORMATS).current;
  }

  inspect(bytes: Buffer, start: number, end: number): Inspection {
    const inPlace = this.head.read(bytes, start, end);
    if (inPlace && this.mayPass()) {
      const passed =
        this.wanted.checkEveryLine === true ? checked(bytes, start, end) : believed(bytes, start, end);
      if (passed !== undefined) return passed;
    }
    if (this.head.type === 'run.started') this.older ||= formatOf(bytes, start, end) < this.format;
    const wrong = wrongStart(bytes, start, end);
    if (wrong !== undefined) return { kind: 'wrong', wrong };
    const seal = sealOf(bytes, start, end);
    if (seal === 'wrong')
      return { kind: 'wrong', wrong: { code: 'crc-wrong', why: 'the checksum does not match' } };
    if (seal === 'right') return PARSE_SEALED;
    const unsealed = wrongUnsealed(bytes, start, end);
    return unsealed === undefined ? PARSE_UNSEALED : { kind: 'wrong', wrong: unsealed };
  }

  private mayPass(): boolean {
    const { type, run } = this.head;
    const { handles, runs } = this.wanted;
    if (this.older || type === undefined || FRAME.has(type)) return false;
    return (handles !== undefined && !handles.has(type)) || runs?.(run) === false;
  }
}

/** Infinity where the line does not say: whoever parses it finds out why. */
function formatOf(bytes: Buffer, start: number, end: number): number {
  // Where our writer puts it, so that a whole workflow need not be parsed for it.
  const head = bytes.toString('latin1', start, Math.min(end, start + HEAD_BYTES));
  const found = /"data":\{"format":(\d+)[,}]/u.exec(head);
  if (found !== null) return Number(found[1]);
  try {
    const text = lineText(bytes, start, end, hasSeal(bytes, start, end) ? 'right' : 'absent');
    const { data } = JSON.parse(text) as { readonly data?: { readonly format?: unknown } };
    return typeof data?.format === 'number' ? data.format : Infinity;
  } catch {
    return Infinity;
  }
}

/** Undefined: it has to be looked at more closely. */
function believed(bytes: Buffer, start: number, end: number): Inspection | undefined {
  if (!hasSeal(bytes, start, end)) return bytes[end - 1] === CARRIAGE_RETURN ? undefined : PASSED_UNSEALED;
  // A lost newline would hide the next line inside this one.
  return hasInnerSeal(bytes, start, end) ? undefined : PASSED_SEALED;
}

function checked(bytes: Buffer, start: number, end: number): Inspection | undefined {
  return sealOf(bytes, start, end) === 'right' ? PASSED_SEALED : undefined;
}

function wrongStart(bytes: Buffer, start: number, end: number): Wrong | undefined {
  if (start === end) return { code: 'blank-line', why: 'the line is empty' };
  if (bytes[start] === 0) return { code: 'nul-bytes', why: 'the line begins with NUL bytes' };
  if (bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf) {
    return { code: 'byte-order-mark', why: 'the line begins with a byte order mark' };
  }
  return undefined;
}

function wrongUnsealed(bytes: Buffer, start: number, end: number): Wrong | undefined {
  if (bytes[end - 1] === CARRIAGE_RETURN && hasSeal(bytes, start, end - 1)) {
    return { code: 'crlf', why: 'the line ends in CRLF: something has rewritten the line ends' };
  }
  if (!isUtf8(bytes.subarray(start, end))) return { code: 'not-utf8', why: 'the line is not UTF-8' };
  // Lines that hold no object at all would mean something else to another parser: `null` ends a stream.
  return firstInk(bytes, start, end) === BRACE ? undefined : NOT_JSON;
}

export const NOT_JSON: Wrong = { code: 'not-json', why: 'the line is not a JSON object' };

function firstInk(bytes: Buffer, start: number, end: number): number {
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return byte;
  }
  return 0;
}

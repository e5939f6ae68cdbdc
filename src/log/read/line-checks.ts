// Classifies one line by its bytes, before parsing: damaged, to be skipped, or to be parsed. Knows no other line.
import { isUtf8 } from 'node:buffer';
import { FORMATS, type Formats } from '../../events/upcast.ts';
import { hasInnerSeal, hasSeal, lineText, sealOf } from '../line-form.ts';
import type { Seal } from '../line-form.ts';
import { LineHead } from '../write/line-head.ts';
import type { FindingCode } from './read-report.ts';

/** Types that are always read, requested or not: they frame a run. */
const FRAME: ReadonlySet<string> = new Set(['run.started', 'run.completed']);
const CARRIAGE_RETURN = 0x0d;
const BRACE = 0x7b;
const HEAD_BYTES = 400;

export interface LineDamage {
  readonly code: FindingCode;
  readonly why: string;
}

export type Inspection =
  | { readonly kind: 'wrong'; readonly wrong: LineDamage }
  | { readonly kind: 'passed'; readonly sealed: boolean }
  | { readonly kind: 'parse'; readonly seal: Seal };

const PASSED_SEALED: Inspection = { kind: 'passed', sealed: true };
const PASSED_UNSEALED: Inspection = { kind: 'passed', sealed: false };
const PARSE_SEALED: Inspection = { kind: 'parse', seal: 'right' };
const PARSE_UNSEALED: Inspection = { kind: 'parse', seal: 'absent' };

export interface LineFilter {
  /** Types to hand on. Absent: all, and every line is parsed. */
  readonly handles?: ReadonlySet<string>;
  readonly runs?: (run: string) => boolean;
  /** Also verify the checksum of skipped lines. */
  readonly checkEveryLine?: boolean;
  readonly formats?: Formats;
}

export class LineInspector {
  /** Head of the last inspected line, as far as it could be read. */
  readonly head = new LineHead();
  private readonly filter: LineFilter;
  private readonly format: number;
  /** A run has an older format: its types may have other names now, so nothing is skipped. */
  private hasOlderFormat = false;

  constructor(filter: LineFilter) {
    this.filter = filter;
    this.format = (filter.formats ?? FORMATS).current;
  }

  inspect(bytes: Buffer, start: number, end: number): Inspection {
    const inPlace = this.head.read(bytes, start, end);
    if (inPlace && this.mayPass()) {
      const passed =
        this.filter.checkEveryLine === true
          ? skipChecked(bytes, start, end)
          : skipUnchecked(bytes, start, end);
      if (passed !== undefined) return passed;
    }
    if (this.head.type === 'run.started') this.hasOlderFormat ||= formatOf(bytes, start, end) < this.format;
    const wrong = startDamage(bytes, start, end);
    if (wrong !== undefined) return { kind: 'wrong', wrong };
    const seal = sealOf(bytes, start, end);
    if (seal === 'wrong')
      return { kind: 'wrong', wrong: { code: 'crc-wrong', why: 'the checksum does not match' } };
    if (seal === 'right') return PARSE_SEALED;
    const unsealed = unsealedDamage(bytes, start, end);
    return unsealed === undefined ? PARSE_UNSEALED : { kind: 'wrong', wrong: unsealed };
  }

  private mayPass(): boolean {
    const { type, run } = this.head;
    const { handles, runs } = this.filter;
    if (this.hasOlderFormat || type === undefined || FRAME.has(type)) return false;
    return (handles !== undefined && !handles.has(type)) || runs?.(run) === false;
  }
}

/** Returns Infinity where the line has no format; parsing it reports why. */
function formatOf(bytes: Buffer, start: number, end: number): number {
  // Tries the place where our writer puts it first, to avoid parsing a whole workflow.
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

/** Returns undefined where the line needs a closer look. */
function skipUnchecked(bytes: Buffer, start: number, end: number): Inspection | undefined {
  if (!hasSeal(bytes, start, end)) return bytes[end - 1] === CARRIAGE_RETURN ? undefined : PASSED_UNSEALED;
  // A lost newline would hide the next line inside this one.
  return hasInnerSeal(bytes, start, end) ? undefined : PASSED_SEALED;
}

function skipChecked(bytes: Buffer, start: number, end: number): Inspection | undefined {
  return sealOf(bytes, start, end) === 'right' ? PASSED_SEALED : undefined;
}

function startDamage(bytes: Buffer, start: number, end: number): LineDamage | undefined {
  if (start === end) return { code: 'blank-line', why: 'the line is empty' };
  if (bytes[start] === 0) return { code: 'nul-bytes', why: 'the line begins with NUL bytes' };
  if (bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf) {
    return { code: 'byte-order-mark', why: 'the line begins with a byte order mark' };
  }
  return undefined;
}

function unsealedDamage(bytes: Buffer, start: number, end: number): LineDamage | undefined {
  if (bytes[end - 1] === CARRIAGE_RETURN && hasSeal(bytes, start, end - 1)) {
    return { code: 'crlf', why: 'the line ends in CRLF: something has rewritten the line ends' };
  }
  if (!isUtf8(bytes.subarray(start, end))) return { code: 'not-utf8', why: 'the line is not UTF-8' };
  // Other parsers treat lines that are not objects differently: `null` ends a stream.
  return firstNonBlank(bytes, start, end) === BRACE ? undefined : NOT_JSON;
}

export const NOT_JSON: LineDamage = { code: 'not-json', why: 'the line is not a JSON object' };

function firstNonBlank(bytes: Buffer, start: number, end: number): number {
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return byte;
  }
  return 0;
}

// Reads the fixed start of a line byte by byte: `{"type":"…","seq":…,"run":"…","at":`. Any other start is left to the
// parser.
import { EVENT_TYPES } from '../../events/vocabulary.ts';

const OPENING = Buffer.from('{"type":"');
const SEQ_KEY = Buffer.from('","seq":');
const RUN_KEY = Buffer.from(',"run":"');
const AT_KEY = Buffer.from('","at":');
const RUN_BYTES = 36;
const LONGEST_TYPE = 100;
const LONGEST_SEQ = 15;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LETTER_X = 0x78;
const DOT = 0x2e;
const DIGIT_0 = 0x30;

interface KnownType {
  readonly type: string;
  readonly bytes: Buffer;
}

const KNOWN = new Map<number, KnownType[]>();
for (const type of EVENT_TYPES) {
  const bytes = Buffer.from(type);
  const hash = hashOf(bytes, 0, bytes.length);
  KNOWN.set(hash, [...(KNOWN.get(hash) ?? []), { type, bytes }]);
}

/** The start of a line; `seq` is -1 where it could not be read. */
export type HeadFields = Readonly<Pick<LineHead, 'type' | 'run' | 'seq'>>;

export class LineHead {
  /** A type of the vocabulary or of the form `x.…`; undefined: anything else. */
  type: string | undefined = undefined;
  seq = -1;
  run = '';
  private readonly lastRun = Buffer.alloc(RUN_BYTES);

  /** Reads what it can. Returns true when type, seq and run are all in place. */
  read(bytes: Buffer, start: number, end: number): boolean {
    this.type = undefined;
    this.seq = -1;
    if (!matchesAt(OPENING, bytes, start)) return false;
    const typeAt = start + OPENING.length;
    const typeEnd = endOfType(bytes, typeAt, Math.min(end, typeAt + LONGEST_TYPE));
    if (typeEnd < 0) return false;
    this.type = knownType(bytes, typeAt, typeEnd);
    return matchesAt(SEQ_KEY, bytes, typeEnd) && this.readRest(bytes, typeEnd + SEQ_KEY.length, end);
  }

  private readRest(bytes: Buffer, seqAt: number, end: number): boolean {
    let at = seqAt;
    let seq = 0;
    for (let digit = digitAt(bytes, at); digit >= 0; digit = digitAt(bytes, at)) {
      seq = seq * 10 + digit;
      at += 1;
      if (at - seqAt > LONGEST_SEQ) return false;
    }
    if (at === seqAt || (at > seqAt + 1 && bytes[seqAt] === DIGIT_0)) return false;
    const runAt = at + RUN_KEY.length;
    if (
      !matchesAt(RUN_KEY, bytes, at) ||
      runAt + RUN_BYTES > end ||
      !matchesAt(AT_KEY, bytes, runAt + RUN_BYTES)
    ) {
      return false;
    }
    this.seq = seq;
    this.readRun(bytes, runAt);
    return true;
  }

  /** Reuses the string of the run before, since most lines have the same run. */
  private readRun(bytes: Buffer, at: number): void {
    if (this.run !== '' && matchesAt(this.lastRun, bytes, at)) return;
    bytes.copy(this.lastRun, 0, at, at + RUN_BYTES);
    this.run = this.lastRun.toString('utf8');
  }
}

function matchesAt(expected: Buffer, bytes: Buffer, at: number): boolean {
  for (let index = 0; index < expected.length; index++) {
    if (bytes[at + index] !== expected[index]) return false;
  }
  return true;
}

function endOfType(bytes: Buffer, start: number, limit: number): number {
  for (let at = start; at < limit; at++) {
    if (bytes[at] === QUOTE) return at;
    if (bytes[at] === BACKSLASH) return -1;
  }
  return -1;
}

function knownType(bytes: Buffer, start: number, end: number): string | undefined {
  const candidates = KNOWN.get(hashOf(bytes, start, end));
  const known = candidates?.find(
    (kind) => kind.bytes.length === end - start && matchesAt(kind.bytes, bytes, start),
  );
  if (known !== undefined) return known.type;
  const extension = bytes[start] === LETTER_X && bytes[start + 1] === DOT && end - start > 2;
  return extension ? bytes.toString('utf8', start, end) : undefined;
}

function hashOf(bytes: Buffer, start: number, end: number): number {
  let hash = 0;
  for (let at = start; at < end; at++) hash = (hash * 31 + (bytes[at] ?? 0)) | 0;
  return hash;
}

function digitAt(bytes: Buffer, at: number): number {
  const digit = (bytes[at] ?? 0) - DIGIT_0;
  return digit >= 0 && digit <= 9 ? digit : -1;
}

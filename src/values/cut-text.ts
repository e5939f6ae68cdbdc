// Cuts texts and marks the cut. A redactor recognises a secret by that mark.

/** Marks where a text was cut. */
export const CUT_MARK = '…';

export interface TailLimits {
  /** In UTF-8. */
  readonly bytes: number;
  readonly lines?: number;
}

/** Returns the end of a text in whole characters, after a mark if cut. */
export function tailOf(text: string, { bytes, lines = Infinity }: TailLimits): string {
  const end = lastLines(lastBytes(text, bytes), lines);
  return end.length === text.length ? text : CUT_MARK + end;
}

/** Returns the start of a text, before a mark if it was cut. */
export function headOf(text: string, length: number): string {
  return text.length > length ? text.slice(0, length) + CUT_MARK : text;
}

/** Redacts the beginning of a text whose rest is missing. */
export function redactCut(text: string, redact: (text: string) => string): string {
  const redacted = redact(text + CUT_MARK);
  return redacted.endsWith(CUT_MARK) ? redacted.slice(0, -CUT_MARK.length) : redacted;
}

function lastBytes(text: string, most: number): string {
  let start = text.length;
  for (let room = most; start > 0;) {
    const units = isPair(text.charCodeAt(start - 2), text.charCodeAt(start - 1)) ? 2 : 1;
    room -= units === 2 ? 4 : bytesOf(text.charCodeAt(start - 1));
    if (room < 0) break;
    start -= units;
  }
  return text.slice(start);
}

function isPair(high: number, low: number): boolean {
  return high >= 0xd800 && high <= 0xdbff && low >= 0xdc00 && low <= 0xdfff;
}

function bytesOf(unit: number): number {
  if (unit < 0x80) return 1;
  return unit < 0x800 ? 2 : 3;
}

function lastLines(text: string, most: number): string {
  return most === Infinity ? text : text.split('\n').slice(-most).join('\n');
}

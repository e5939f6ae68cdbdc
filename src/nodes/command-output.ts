// Decodes what a command wrote, and shows its end in an error.
import { tailOf } from '../values/cut-text.ts';
import { parseExactJson } from '../values/exact-json.ts';
import { findJsonFault } from '../values/json-fault.ts';
import { decodeBytes, type Encoding } from './decode-bytes.ts';

export interface CommandOutput {
  readonly text: string;
  readonly isBinary: boolean;
}

/** Decodes the output without one newline at its end. */
export function decodeOutput(bytes: Buffer, encoding: Encoding): CommandOutput {
  const decoded = decodeBytes(bytes, encoding);
  return decoded.isBinary ? decoded : { text: withoutLastNewline(decoded.text), isBinary: false };
}

function withoutLastNewline(text: string): string {
  if (text.endsWith('\r\n')) return text.slice(0, -2);
  return text.endsWith('\n') ? text.slice(0, -1) : text;
}

export type JsonReading =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly reason: string };

export function readJsonOutput({ text, isBinary }: CommandOutput): JsonReading {
  if (isBinary) return { ok: false, reason: 'it is binary' };
  if (text.trim() === '') return { ok: false, reason: 'it is empty' };
  try {
    return { ok: true, value: parseExactJson(text) };
  } catch (error) {
    const fault = findJsonFault(text);
    if (fault === undefined)
      return { ok: false, reason: error instanceof Error ? error.message : String(error) };
    return { ok: false, reason: `${fault.message} (character ${String(fault.position + 1)})` };
  }
}

const MOST_LINES = 10;
const MOST_BYTES = 2_000;

/** Lines with the end of an output; empty for an empty output. */
export function describeTail(
  name: 'stdout' | 'stderr',
  { text, isBinary }: CommandOutput,
): readonly string[] {
  if (text.trim() === '') return [];
  if (isBinary) return [`${name}: binary data`];
  const whole = text.trimEnd();
  const end = tailOf(whole, { bytes: MOST_BYTES, lines: MOST_LINES });
  const isWhole = end === whole;
  const lines = end.split('\n');
  const [only = ''] = lines;
  if (isWhole && lines.length === 1) return [`${name}: ${only}`];
  return [isWhole ? `${name}:` : `${name}, its end:`, ...lines.map((line) => `  ${line}`)];
}

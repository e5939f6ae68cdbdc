// Reads and writes JSON without losing digits: an integer that a number cannot hold becomes a BigInt, and back.
import { closingQuote } from './duplicate-keys.ts';

/** A number holds every integer of 15 digits. */
const LONG_RUN = 16;
/** An exponent below 100 cannot exceed the range of a number. Without `u`, which would take ten times as long. */
const LARGE_EXPONENT = /\d[eE]\+?\d\d\d/;

/** The error for a number that no type can hold exactly, such as `1e400`. */
export class JsonNumberError extends SyntaxError {
  /** Offset of the number in the text, in UTF-16 units. */
  readonly position: number;

  constructor(literal: string, position: number) {
    const shown = literal.length > 40 ? `${literal.slice(0, 40)}…` : literal;
    super(`the number ${shown} is too large to be kept exactly`);
    this.name = 'JsonNumberError';
    this.position = position;
  }
}

/**
 * Reads a JSON text. An integer that a `number` would change is a BigInt, also one that is written with a point or an
 * exponent; everything else is what `JSON.parse` makes of it. Throws SyntaxError for a text that is not JSON,
 * JsonNumberError for a number that is too large.
 */
export function parseExactJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  return hasLongInteger(text) || LARGE_EXPONENT.test(text) ? parseWithBigInts(text, value) : value;
}

/** The error for a value that the platform cannot write: its functions call themselves for each level. */
export class JsonDepthError extends TypeError {
  constructor(cause: unknown) {
    super('it is nested too deeply to be written as JSON', { cause });
    this.name = 'JsonDepthError';
  }
}

/** Returns the text for a number that JSON cannot express, found under `key`. */
export type NonFiniteForm = (value: number, key: string) => string;

/**
 * Writes JSON. A BigInt is written as its digits. Returns undefined for what JSON has no form for, as `JSON.stringify`
 * does. Throws TypeError for an object inside itself, for too many levels, and for a number that is not finite unless
 * `formOf` gives it a form.
 */
export function exactJsonText(
  value: unknown,
  indent?: number,
  formOf: NonFiniteForm = refuseNonFinite,
): string | undefined {
  try {
    return writeExactly(value, indent, formOf);
  } catch (error) {
    throw error instanceof RangeError && error.message.includes('call stack')
      ? new JsonDepthError(error)
      : error;
  }
}

function writeExactly(value: unknown, indent: number | undefined, formOf: NonFiniteForm): string | undefined {
  const plain = tryPlainText(value, indent);
  // Numbers that are not finite are written as null.
  if (plain !== undefined && !plain.includes('null')) return plain;
  for (let attempt = 0; ; attempt += 1) {
    const mark = markOf(attempt);
    const seen = { bigInt: false, mark: false };
    const written = JSON.stringify(
      value,
      (key, member: unknown) => {
        if (key.includes(mark) || (typeof member === 'string' && member.includes(mark))) seen.mark = true;
        if (typeof member === 'bigint') {
          seen.bigInt = true;
          return `${mark}${String(member)}`;
        }
        return typeof member === 'number' && !Number.isFinite(member) ? formOf(member, key) : member;
      },
      indent,
    ) as string | undefined;
    if (!seen.bigInt || written === undefined) return written;
    if (!seen.mark) return written.replaceAll(new RegExp(`"${mark}(-?\\d+)"`, 'gu'), '$1');
  }
}

function refuseNonFinite(value: number, key: string): never {
  throw new TypeError(`JSON has no form for ${String(value)}${key === '' ? '' : ` (at "${key}")`}`);
}

/** Returns undefined where the platform's function cannot write the value, such as a BigInt. */
function tryPlainText(value: unknown, indent: number | undefined): string | undefined {
  try {
    return JSON.stringify(value, undefined, indent);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** Placeholder for a BigInt while the text is handled by the platform's own functions. */
function markOf(attempt: number): string {
  return `pflow-integer-${String(attempt)}:`;
}

/** Whether 16 digits may form an integer. Such a run covers a multiple of 16. */
function hasLongInteger(text: string): boolean {
  for (let at = 0; at < text.length; at += LONG_RUN) {
    if (!isDigitOrPoint(text.charCodeAt(at))) continue;
    let start = at;
    while (start > 0 && isDigitOrPoint(text.charCodeAt(start - 1))) start -= 1;
    let end = at + 1;
    while (end < text.length && isDigitOrPoint(text.charCodeAt(end))) end += 1;
    if (end - start >= LONG_RUN && isLongInteger(text, start, end)) return true;
    at = end - (end % LONG_RUN);
  }
  return false;
}

/** Without an exponent, only the digits before the point count. */
function isLongInteger(text: string, start: number, end: number): boolean {
  const next = text.charCodeAt(end);
  if (next === LOWER_E || next === UPPER_E) return true;
  const point = text.indexOf('.', start);
  return (point < 0 || point > end ? end : point) - start >= LONG_RUN;
}

interface Literal {
  readonly start: number;
  readonly end: number;
  /** Its value as digits alone. */
  readonly literal: string;
}

/** The integer that a number of JSON is, also with a point or an exponent. */
export function integerOf(literal: string): bigint | undefined {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/u.exec(literal) ?? [];
  const zeros = Number(exponent) - fraction.length;
  const digits = whole + fraction;
  // The exponent of zero has no limit.
  if (/^0*$/u.test(digits)) return 0n;
  if (zeros >= 0) return BigInt(`${sign}${digits}${'0'.repeat(zeros)}`);
  const isWhole = /^0*$/u.test(digits.slice(zeros));
  return isWhole ? BigInt(`${sign}${digits.slice(0, zeros) || '0'}`) : undefined;
}

/** `plain` is what `JSON.parse` made of `text`: it is the result where no integer needs a BigInt. */
function parseWithBigInts(text: string, plain: unknown): unknown {
  const literals = unsafeIntegers(text);
  if (literals.length === 0) return plain;
  for (let attempt = 0; ; attempt += 1) {
    const mark = markOf(attempt);
    const parts: string[] = [];
    let from = 0;
    for (const { start, end, literal } of literals) {
      parts.push(text.slice(from, start), `"${mark}${literal}"`);
      from = end;
    }
    parts.push(text.slice(from));
    const root: [unknown] = [JSON.parse(parts.join(''))];
    // A string of the text that looks like a placeholder, perhaps through escapes, changes the count.
    if (restoreBigInts(root, mark) === literals.length) return root[0];
  }
}

/** Integers of a valid JSON text, outside of strings, that `String(Number(…))` would not give back. */
function unsafeIntegers(text: string): readonly Literal[] {
  const found: Literal[] = [];
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = closingQuote(text, at) + 1;
    } else if (code === MINUS || isDigit(code)) {
      const start = at;
      at += 1;
      while (at < text.length && isNumberPart(text.charCodeAt(at))) at += 1;
      const literal = exactLiteral(text.slice(start, at), start);
      if (literal !== undefined) found.push({ start, end: at, literal });
    } else {
      at += 1;
    }
  }
  return found;
}

/** The digits of an integer that a number would change. Throws JsonNumberError; `position` is that of the literal. */
function exactLiteral(literal: string, position: number): string | undefined {
  if (/^-?\d+$/u.test(literal))
    return literal.length >= LONG_RUN && String(Number(literal)) !== literal ? literal : undefined;
  if (!Number.isFinite(Number(literal))) throw new JsonNumberError(literal, position);
  const exact = literal.length < LONG_RUN ? undefined : integerOf(literal);
  return exact === undefined || exact === integerOf(String(Number(literal))) ? undefined : String(exact);
}

/** Replaces placeholders in place, without recursion: a text may be nested deeper than the stack. Returns how many. */
function restoreBigInts(root: unknown[], mark: string): number {
  let restored = 0;
  const open: (unknown[] | Record<string, unknown>)[] = [root];
  for (let holder = open.pop(); holder !== undefined; holder = open.pop()) {
    for (const [key, member] of Object.entries(holder)) {
      if (typeof member === 'object' && member !== null) open.push(member as Record<string, unknown>);
      else if (typeof member === 'string' && member.startsWith(mark)) {
        restored += 1;
        const digits = member.slice(mark.length);
        if (/^-?\d+$/u.test(digits)) defineMember(holder, key, BigInt(digits));
      }
    }
  }
  return restored;
}

/** Assignment would call the setter of `__proto__`. */
function defineMember(holder: object, key: string, value: unknown): void {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

const QUOTE = 34;
const PLUS = 43;
const MINUS = 45;
const POINT = 46;
const UPPER_E = 69;
const LOWER_E = 101;

function isDigitOrPoint(code: number): boolean {
  return isDigit(code) || code === POINT;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Digits, `.`, `e`, `E`, `+`, `-`: in a valid text everything from the start of a number to its end. */
function isNumberPart(code: number): boolean {
  return isDigit(code) || [POINT, LOWER_E, UPPER_E, PLUS, MINUS].includes(code);
}

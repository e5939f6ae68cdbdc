// Parses a literal of JavaScript, such as the data in a package, without running it: objects, lists, texts and numbers.
// Anything else, such as a call or a variable, is an error.

interface Cursor {
  readonly text: string;
  at: number;
}

/** Parses the literal that begins at `start`. Throws for anything that is not a literal. */
export function parseLiteral(text: string, start: number): unknown {
  return parseValue({ text, at: start }, 0);
}

const MAX_DEPTH = 100;

const WORDS: Readonly<Record<string, unknown>> = {
  '!0': true,
  '!1': false,
  true: true,
  false: false,
  null: null,
  'void 0': undefined,
  undefined,
};

const WORD = /!0|!1|true|false|null|void 0|undefined/y;
const NUMBER = /-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?/iy;
const NAME = /[A-Za-z_$][\w$]*/y;

function skipSpace(cursor: Cursor): void {
  while (/\s/.test(cursor.text[cursor.at] ?? '')) cursor.at += 1;
}

function take(cursor: Cursor, pattern: RegExp): string | null {
  pattern.lastIndex = cursor.at;
  const found = pattern.exec(cursor.text)?.[0];
  if (found === undefined) return null;
  cursor.at += found.length;
  return found;
}

function takeChar(cursor: Cursor, char: string): boolean {
  skipSpace(cursor);
  if (cursor.text[cursor.at] !== char) return false;
  cursor.at += 1;
  return true;
}

function invalid(cursor: Cursor): Error {
  return new Error(`not a literal at position ${String(cursor.at)}`);
}

function parseValue(cursor: Cursor, depth: number): unknown {
  skipSpace(cursor);
  if (depth > MAX_DEPTH) throw invalid(cursor);
  const char = cursor.text[cursor.at] ?? '';
  if (char === '{') return parseObject(cursor, depth);
  if (char === '[') return parseList(cursor, depth);
  if (char === '"' || char === "'" || char === '`') return parseText(cursor, char);
  const word = take(cursor, WORD);
  if (word !== null) return WORDS[word];
  const number = take(cursor, NUMBER);
  if (number === null) throw invalid(cursor);
  return Number(number);
}

function parseList(cursor: Cursor, depth: number): unknown[] {
  const list: unknown[] = [];
  cursor.at += 1;
  while (!takeChar(cursor, ']')) {
    if (list.length > 0 && !takeChar(cursor, ',')) throw invalid(cursor);
    if (takeChar(cursor, ']')) break;
    list.push(parseValue(cursor, depth + 1));
  }
  return list;
}

function parseObject(cursor: Cursor, depth: number): Record<string, unknown> {
  const entries: [string, unknown][] = [];
  cursor.at += 1;
  while (!takeChar(cursor, '}')) {
    if (entries.length > 0 && !takeChar(cursor, ',')) throw invalid(cursor);
    if (takeChar(cursor, '}')) break;
    const key = parseKey(cursor);
    if (!takeChar(cursor, ':')) throw invalid(cursor);
    entries.push([key, parseValue(cursor, depth + 1)]);
  }
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function parseKey(cursor: Cursor): string {
  skipSpace(cursor);
  const char = cursor.text[cursor.at] ?? '';
  if (char === '"' || char === "'") return parseText(cursor, char);
  const name = take(cursor, NAME) ?? take(cursor, NUMBER);
  if (name === null) throw invalid(cursor);
  return name;
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
  v: '\v',
  '0': '\0',
};

function parseText(cursor: Cursor, quote: string): string {
  const { text } = cursor;
  let value = '';
  cursor.at += 1;
  while (cursor.at < text.length) {
    const char = text[cursor.at] ?? '';
    cursor.at += 1;
    if (char === quote) return value;
    if (quote === '`' && char === '$' && text[cursor.at] === '{') break;
    value += char === '\\' ? parseEscape(cursor) : char;
  }
  throw invalid(cursor);
}

const DIGITS_OF: Readonly<Record<string, number>> = { u: 4, x: 2 };

function parseEscape(cursor: Cursor): string {
  const escaped = cursor.text[cursor.at] ?? '';
  const length = DIGITS_OF[escaped];
  cursor.at += 1;
  if (length === undefined) return ESCAPES[escaped] ?? escaped;
  const digits = cursor.text.slice(cursor.at, cursor.at + length);
  if (digits.length < length || !/^[0-9a-f]+$/i.test(digits)) throw invalid(cursor);
  cursor.at += length;
  return String.fromCharCode(parseInt(digits, 16));
}

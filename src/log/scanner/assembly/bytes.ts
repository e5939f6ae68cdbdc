// Compares and finds bytes. Does not know lines.

export const QUOTE: u8 = 0x22;
export const COMMA: u8 = 0x2c;
export const DOT: u8 = 0x2e;
export const COLON: u8 = 0x3a;
export const LETTER_Z: u8 = 0x5a;
export const BACKSLASH: u8 = 0x5c;
export const OPEN_LIST: u8 = 0x5b;
export const CLOSE_LIST: u8 = 0x5d;
export const OPEN: u8 = 0x7b;
export const CLOSE: u8 = 0x7d;
export const DIGIT_0: u8 = 0x30;

const LITERALS: usize = memory.data(2048, 8);

let literalsEnd: usize = LITERALS;

/** Stores an ASCII text: its length, then its bytes. Returns the address. */
export function literal(text: string): usize {
  const at = literalsEnd;
  const length = text.length;
  store<u32>(at, length);
  for (let i = 0; i < length; i++) store<u8>(at + 4 + i, <u8>text.charCodeAt(i));
  literalsEnd = at + ((4 + length + 15) & ~7);
  return at;
}

/** Whether the bytes at `at` are those of a literal. */
export function matchesAt(at: usize, text: usize): bool {
  return areSame(at, text + 4, <usize>load<u32>(text));
}

/** Whether `length` bytes are equal at two places. Reads up to seven bytes more. */
export function areSame(one: usize, other: usize, length: usize): bool {
  let i: usize = 0;
  for (; i + 8 <= length; i += 8) {
    if (load<u64>(one + i) != load<u64>(other + i)) return false;
  }
  if (i == length) return true;
  const beyond: u64 = 64 - 8 * (length - i);
  return (load<u64>(one + i) ^ load<u64>(other + i)) << beyond == 0;
}

export function lengthOf(text: usize): usize {
  return <usize>load<u32>(text);
}

/** Address of the first newline from `start` on, or `end`. */
export function newlineFrom(start: usize, end: usize): usize {
  const newline = i8x16.splat(0x0a);
  let at = start;
  // Four vectors at a time, until four of them contain it.
  for (; at < end; at += 64) {
    const first = v128.or(i8x16.eq(v128.load(at), newline), i8x16.eq(v128.load(at, 16), newline));
    const second = v128.or(i8x16.eq(v128.load(at, 32), newline), i8x16.eq(v128.load(at, 48), newline));
    if (v128.any_true(v128.or(first, second))) break;
  }
  for (; at < end; at += 16) {
    const found = i8x16.bitmask(i8x16.eq(v128.load(at), newline));
    if (found == 0) continue;
    const place = at + <usize>ctz(found);
    return place < end ? place : end;
  }
  return end;
}

export function digitAt(place: usize): u8 {
  return load<u8>(place) - DIGIT_0;
}

/** The number that `count` digits make; negative where one byte is not a digit. */
export function digitsAt(place: usize, count: usize): i32 {
  let value: i32 = 0;
  for (let i: usize = 0; i < count; i++) {
    const digit = digitAt(place + i);
    if (digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** Whether a byte is an ASCII character that needs no escape in a JSON string. */
export function isPlain(byte: u8): bool {
  return byte >= 0x20 && byte < 0x80 && byte != QUOTE && byte != BACKSLASH;
}

// Reads the numbers of a raw usage, and its text without them, which is the same for many calls.
import { BACKSLASH, CLOSE, CLOSE_LIST, COLON, COMMA, digitAt, DOT, OPEN, OPEN_LIST, QUOTE } from './bytes';
import { at, fractionHere, moveTo, take, wholeHere } from './cursor';
import * as Float from '../float-slots';
import * as Int from '../int-slots';
import { RAW_USAGE_KEY } from './payload-keys';
import { setFloat, setInt } from './results';
import { intern, LONGEST_TEXT } from './texts';

const NUMBER: u8 = 0x23;
const MINUS: u8 = 0x2d;
const TEXT: usize = memory.data(512 + 16, 8);

let length: usize = 0;
let numbers: i32 = 0;
/** Whether the text is whole so far. */
let hasShape: bool = true;

/** Finds the end of an object by its braces. Leaves anything else to the parser. */
export function takeRawUsage(): void {
  setInt(Int.rawStart, -1);
  setInt(Int.rawShape, -1);
  if (at == 0 || !take(RAW_USAGE_KEY)) return;
  if (load<u8>(at) != OPEN) {
    moveTo(0);
    return;
  }
  const start = at;
  let depth: i32 = 0;
  let inText = false;
  length = 0;
  numbers = 0;
  hasShape = true;
  for (;;) {
    const byte = load<u8>(at);
    if (byte < 0x20) {
      moveTo(0);
      return;
    }
    if (!inText && hasShape && digitAt(at) <= 9) {
      takeNumber();
      continue;
    }
    add(byte);
    moveTo(at + 1);
    if (inText) {
      if (byte == BACKSLASH) {
        hasShape = false;
        moveTo(at + 1);
      } else if (byte == QUOTE) inText = false;
    } else if (byte == QUOTE) inText = true;
    else if (byte == MINUS) hasShape = false;
    else if (byte == OPEN) depth += 1;
    else if (byte == CLOSE) {
      depth -= 1;
      if (depth == 0) break;
    }
  }
  setInt(Int.rawStart, <i32>start);
  setInt(Int.rawEnd, <i32>at);
  if (hasShape) setInt(Int.rawShape, intern(TEXT, length));
}

function add(byte: u8): void {
  if (length == LONGEST_TEXT) hasShape = false;
  if (!hasShape) return;
  store<u8>(TEXT + length, byte);
  length += 1;
}

/** Reads a number that is not negative and has no exponent. Skips the first digit of any other. */
function takeNumber(): void {
  const start = at;
  const before = load<u8>(start - 1);
  const whole = wholeHere();
  const isFraction = at != 0 && load<u8>(at) == DOT;
  const value = isFraction ? fractionHere(whole, at - start) : <f64>whole;
  const isWhole = at != 0 && (before == COLON || before == COMMA || before == OPEN_LIST);
  const next = at == 0 ? 0 : load<u8>(at);
  if (!isWhole || numbers == Float.rawRoom || (next != COMMA && next != CLOSE && next != CLOSE_LIST)) {
    hasShape = false;
    moveTo(start + 1);
    return;
  }
  setFloat(Float.raw + numbers, value);
  numbers += 1;
  add(NUMBER);
}

// Reads the numbers of a raw usage, and its text without them, which is the same for many calls.
import {
  areSame,
  BACKSLASH,
  CLOSE,
  CLOSE_LIST,
  COLON,
  COMMA,
  digitAt,
  DOT,
  OPEN,
  OPEN_LIST,
  QUOTE,
} from './bytes';
import { at, fractionHere, moveTo, take, wholeHere } from './cursor';
import * as Float from '../float-slots';
import * as Int from '../int-slots';
import { RAW_USAGE_KEY } from './payload-keys';
import { setFloat, setInt } from './results';
import { generation, intern, LONGEST_TEXT, textAt, textLength } from './texts';

const NUMBER: u8 = 0x23;
const MINUS: u8 = 0x2d;
const TEXT: usize = memory.data(512 + 16, 8);
/** Where the numbers of the text are. There are at most `Float.rawRoom`. */
const PLACES: usize = memory.data(64 * 2, 8);

const MOST_SHAPES: i32 = 16;
const SHAPE_BYTES: usize = 8 + 64 * 2;
/** Shapes that were read before: the number of the text, how many numbers it has, and their places. */
const SHAPES: usize = memory.data(16 * (8 + 64 * 2), 8);

let shapes: i32 = 0;
let oldest: i32 = 0;
let shapesGeneration: i32 = 0;

let length: usize = 0;
let numbers: i32 = 0;
/** Whether the text is whole so far. */
let hasShape: bool = true;

/** Reads the object by a shape that was read before, else by its braces. Leaves anything else to the parser. */
export function takeRawUsage(): void {
  setInt(Int.rawStart, -1);
  setInt(Int.rawShape, -1);
  if (at == 0 || !take(RAW_USAGE_KEY)) return;
  if (load<u8>(at) != OPEN) {
    moveTo(0);
    return;
  }
  if (!takeKnownShape()) takeAnyShape();
}

/** Comparing a text as a whole takes a fifth of the time of reading it byte by byte. */
function takeKnownShape(): bool {
  if (shapesGeneration != generation) {
    shapesGeneration = generation;
    shapes = 0;
    oldest = 0;
  }
  const start = at;
  for (let i = 0; i < shapes; i++) {
    const shape = SHAPES + <usize>i * SHAPE_BYTES;
    if (matchesShape(shape)) {
      setInt(Int.rawStart, <i32>start);
      setInt(Int.rawEnd, <i32>at);
      setInt(Int.rawShape, load<i32>(shape));
      return true;
    }
    moveTo(start);
  }
  return false;
}

function matchesShape(shape: usize): bool {
  const id = load<i32>(shape);
  const text = textAt(id);
  const count = load<i32>(shape + 4);
  let done: usize = 0;
  for (let i = 0; i < count; i++) {
    const place = <usize>load<u16>(shape + 8 + ((<usize>i) << 1));
    if (!areSame(at, text + done, place - done)) return false;
    moveTo(at + (place - done));
    const start = at;
    const whole = wholeHere();
    if (at == 0) return false;
    const value = load<u8>(at) == DOT ? fractionHere(whole, at - start) : <f64>whole;
    if (at == 0) return false;
    setFloat(Float.raw + i, value);
    done = place + 1;
  }
  const rest = <usize>textLength(id) - done;
  if (!areSame(at, text + done, rest)) return false;
  moveTo(at + rest);
  return true;
}

/** Keeps the shape that was just read. The oldest gives way. */
function keepShape(id: i32): void {
  const shape = SHAPES + <usize>oldest * SHAPE_BYTES;
  store<i32>(shape, id);
  store<i32>(shape + 4, numbers);
  memory.copy(shape + 8, PLACES, (<usize>numbers) << 1);
  oldest = (oldest + 1) % MOST_SHAPES;
  if (shapes < MOST_SHAPES) shapes += 1;
}

/** Finds the end of the object by its braces. */
function takeAnyShape(): void {
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
  if (!hasShape) return;
  const id = intern(TEXT, length);
  setInt(Int.rawShape, id);
  keepShape(id);
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
  store<u16>(PLACES + ((<usize>numbers) << 1), <u16>length);
  numbers += 1;
  add(NUMBER);
}

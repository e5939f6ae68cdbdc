// Keeps the position of the scanner in a line, and reads from there. Position 0 means that the line is not as expected:
// nothing more is read. Numbers have at most 15 digits, so their quotient by a power of ten is the nearest double, as
// with JSON.parse.
import { CLOSE, COMMA, DIGIT_0, digitAt, DOT, lengthOf, matchesAt } from './bytes';

const MOST_DIGITS: usize = 15;
const POWERS: usize = memory.data<f64>([
  1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
]);

export let at: usize = 0;

export function moveTo(place: usize): void {
  at = place;
}

/** Moves past a literal; false where the bytes are others. */
export function take(text: usize): bool {
  if (!matchesAt(at, text)) return false;
  at += lengthOf(text);
  return true;
}

/** Moves past a literal that has to be here. */
export function need(text: usize): void {
  if (at != 0) at = matchesAt(at, text) ? at + lengthOf(text) : 0;
}

/** Reads a whole number without a leading zero. Sets `at` to 0 for anything else. */
export function wholeHere(): i64 {
  let value: i64 = 0;
  const start = at;
  for (let digit = digitAt(at); digit <= 9; digit = digitAt(at)) {
    value = value * 10 + digit;
    at += 1;
  }
  const length = at - start;
  if (length == 0 || length > MOST_DIGITS || (length > 1 && load<u8>(start) == DIGIT_0)) at = 0;
  return value;
}

export function needWhole(least: i64): i64 {
  if (at == 0) return 0;
  const value = wholeHere();
  if (value < least) at = 0;
  return value;
}

/** Reads a number that is not negative and has no exponent. */
export function needNumber(): f64 {
  if (at == 0) return 0;
  const start = at;
  const whole = wholeHere();
  if (at == 0 || load<u8>(at) != DOT) return endOfNumber(<f64>whole);
  return endOfNumber(fractionHere(whole, at - start));
}

/** Reads the decimals from the point on. `whole` is the number before it, with so many digits. */
export function fractionHere(whole: i64, digits: usize): f64 {
  at += 1;
  let value = whole;
  let places: usize = 0;
  for (let digit = digitAt(at); digit <= 9; digit = digitAt(at)) {
    value = value * 10 + digit;
    at += 1;
    places += 1;
    if (digits + places > MOST_DIGITS) {
      at = 0;
      return 0;
    }
  }
  if (places == 0) at = 0;
  return <f64>value / load<f64>(POWERS + (places << 3));
}

function endOfNumber(value: f64): f64 {
  if (at != 0) {
    const next = load<u8>(at);
    if (next != COMMA && next != CLOSE) at = 0;
  }
  return value;
}

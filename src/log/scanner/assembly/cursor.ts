// The position of the scanner in a line, and reading from it. Position 0: the line is unrecognised, and nothing more is
// read. Numbers have at most 15 digits: their quotient by a power of ten is then the nearest double, as in JSON.parse.
import { CLOSE, COMMA, DIGIT_0, digitAt, DOT, lengthOf, matches } from './bytes';

const MOST_DIGITS: usize = 15;
const POWERS: usize = memory.data<f64>([
  1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
]);

export let at: usize = 0;

export function moveTo(place: usize): void {
  at = place;
}

export function take(text: usize): bool {
  if (!matches(at, text)) return false;
  at += lengthOf(text);
  return true;
}

export function need(text: usize): void {
  if (at != 0) at = matches(at, text) ? at + lengthOf(text) : 0;
}

/** Reads an integer without a leading zero; sets `at` to 0 where there is no such number. */
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
  const digits = at - start;
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
  return endOfNumber(<f64>value / load<f64>(POWERS + (places << 3)));
}

function endOfNumber(value: f64): f64 {
  if (at != 0) {
    const behind = load<u8>(at);
    if (behind != COMMA && behind != CLOSE) at = 0;
  }
  return value;
}

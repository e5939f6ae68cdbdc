// Keeps texts that many lines share, each once and under a number.
import { areSame, BACKSLASH, QUOTE } from './bytes';
import { at, moveTo, need, needWhole, take } from './cursor';

const MAX_TEXTS: u32 = 2048;
const TEXT_SLOTS: u32 = 4096;
const TEXT_ROOM: u32 = 256 * 1024;
export const LONGEST_TEXT: usize = 512;
/** 2^64 divided by the golden ratio: not even, and its bits are well mixed. */
const HASH_FACTOR: u64 = 0x9e3779b97f4a7c15;
const SLOTS: usize = memory.data(4096 * 4, 8);
const TEXTS: usize = memory.data(2048 * 8, 8);
export const TEXT_BYTES: usize = memory.data(256 * 1024 + 16, 8);

export let texts: u32 = 0;
export let generation: i32 = 0;
let textsEnd: u32 = 0;

export function textAt(id: u32): usize {
  return TEXT_BYTES + load<u32>(TEXTS + id * 8);
}

export function textLength(id: u32): u32 {
  return load<u32>(TEXTS + id * 8 + 4);
}

/** Call it between two lines only: the text numbers of one line have to be of one generation. */
export function forgetWhenFull(): void {
  if (texts + 16 < MAX_TEXTS && textsEnd + 16 * <u32>LONGEST_TEXT < TEXT_ROOM) return;
  memory.fill(SLOTS, 0, TEXT_SLOTS * 4);
  texts = 0;
  textsEnd = 0;
  generation += 1;
}

/** Returns the number of the text between `key` and the next quote. It is -1 where the key is not here. */
export function optionalText(key: usize): i32 {
  return at != 0 && take(key) ? textHere() : -1;
}

export function needText(key: usize): i32 {
  need(key);
  return at == 0 ? -1 : textHere();
}

export function optionalWhole(key: usize, least: i64): i32 {
  if (at == 0 || !take(key)) return -1;
  const value = needWhole(least);
  if (value > i32.MAX_VALUE) moveTo(0);
  return <i32>value;
}

function textHere(): i32 {
  const start = at;
  skipText();
  return at == 0 ? -1 : intern(start, at - 1 - start);
}

/** Moves past the quote that ends the text. */
export function skipText(): void {
  const start = at;
  for (let place = at; place <= start + LONGEST_TEXT; place += 16) {
    const bytes = v128.load(place);
    const special = v128.or(i8x16.eq(bytes, i8x16.splat(QUOTE)), i8x16.eq(bytes, i8x16.splat(BACKSLASH)));
    const mask = i8x16.bitmask(v128.or(special, i8x16.lt_u(bytes, i8x16.splat(0x20))));
    if (mask == 0) continue;
    const found = place + <usize>ctz(mask);
    // Escapes and control characters are left to the parser.
    const isText = load<u8>(found) == QUOTE && found - start <= LONGEST_TEXT;
    moveTo(isText ? found + 1 : 0);
    return;
  }
  moveTo(0);
}

/** Returns the number of a text. Equal texts share one until the texts are forgotten and the generation grows. */
export function intern(start: usize, length: usize): i32 {
  let slot = hashOf(start, length) & (TEXT_SLOTS - 1);
  for (;;) {
    const entry = load<u32>(SLOTS + slot * 4);
    if (entry == 0) break;
    const text = TEXTS + (entry - 1) * 8;
    const same = load<u32>(text + 4) == <u32>length;
    if (same && areSame(TEXT_BYTES + load<u32>(text), start, length)) return <i32>(entry - 1);
    slot = (slot + 1) & (TEXT_SLOTS - 1);
  }
  return addText(slot, start, length);
}

/** Hashes eight bytes at a time. */
function hashOf(start: usize, length: usize): u32 {
  let hash: u64 = length;
  let i: usize = 0;
  for (; i + 8 <= length; i += 8) hash = (hash ^ load<u64>(start + i)) * HASH_FACTOR;
  if (i < length) hash = (hash ^ (load<u64>(start + i) << (64 - 8 * (length - i)))) * HASH_FACTOR;
  return <u32>(hash >> 40);
}

function addText(slot: u32, start: usize, length: usize): i32 {
  store<u32>(SLOTS + slot * 4, texts + 1);
  const text = TEXTS + texts * 8;
  store<u32>(text, textsEnd);
  store<u32>(text + 4, <u32>length);
  memory.copy(TEXT_BYTES + textsEnd, start, length);
  textsEnd += <u32>length;
  texts += 1;
  return <i32>(texts - 1);
}

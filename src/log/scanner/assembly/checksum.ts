// Checks the checksum at the end of a line: CRC-32 as in zlib, sixteen bytes at a time.
import { CLOSE, DIGIT_0, lengthOf, literal, matchesAt, QUOTE } from './bytes';

export const CHECKSUM_BYTES: usize = 18;
const CHECKSUM_KEY = literal(',"crc":"');
const CRC_TABLES: usize = memory.data(16 * 256 * 4, 8);

makeCrcTables();

/** Whether a line that ends at `stop` has a checksum at its place. */
export function endsInChecksum(stop: usize): bool {
  return (
    matchesAt(stop - CHECKSUM_BYTES, CHECKSUM_KEY) &&
    load<u8>(stop - 2) == QUOTE &&
    load<u8>(stop - 1) == CLOSE
  );
}

/** Whether the checksum of a line is right. */
export function hasValidChecksum(start: usize, checksum: usize): bool {
  return isChecksum(crcOf(start, checksum), checksum + lengthOf(CHECKSUM_KEY));
}

/** Whether there is another checksum before this one: a newline was lost, or a payload has a `crc`. */
export function containsChecksum(start: usize, checksum: usize): bool {
  for (let place = start; place < checksum; place += 64) {
    const first = v128.or(mayBeginChecksum(place), mayBeginChecksum(place + 16));
    const second = v128.or(mayBeginChecksum(place + 32), mayBeginChecksum(place + 48));
    if (v128.any_true(v128.or(first, second)) && beginsChecksum(place, checksum)) return true;
  }
  return false;
}

/** Marks where a checksum may begin in sixteen bytes. */
function mayBeginChecksum(place: usize): v128 {
  const quote = i8x16.eq(v128.load(place, 1), i8x16.splat(QUOTE));
  return v128.and(quote, i8x16.eq(v128.load(place, 2), i8x16.splat(0x63)));
}

function beginsChecksum(start: usize, checksum: usize): bool {
  for (let place = start; place < start + 64; place += 16) {
    let mask = i8x16.bitmask(mayBeginChecksum(place));
    while (mask != 0) {
      const hit = place + <usize>ctz(mask);
      if (hit < checksum && matchesAt(hit, CHECKSUM_KEY)) return true;
      mask &= mask - 1;
    }
  }
  return false;
}

/** Compares digits, not numbers: `A` for `a` is a flipped bit. */
function isChecksum(crc: u32, digits: usize): bool {
  for (let i = 0; i < 8; i++) {
    const value = <u8>((crc >> (28 - 4 * i)) & 15);
    if (load<u8>(digits + i) != (value < 10 ? DIGIT_0 + value : 0x57 + value)) return false;
  }
  return true;
}

function makeCrcTables(): void {
  for (let i: u32 = 0; i < 256; i++) {
    let crc = i;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xedb88320 : crc >> 1;
    store<u32>(CRC_TABLES + i * 4, crc);
  }
  for (let table: u32 = 1; table < 16; table++) {
    for (let i: u32 = 0; i < 256; i++) {
      const before = load<u32>(CRC_TABLES + (table - 1) * 1024 + i * 4);
      store<u32>(
        CRC_TABLES + table * 1024 + i * 4,
        (before >> 8) ^ load<u32>(CRC_TABLES + (before & 255) * 4),
      );
    }
  }
}

function crcByte(table: usize, byte: u32): u32 {
  return load<u32>(CRC_TABLES + table * 1024 + (byte & 255) * 4);
}

function crcWord(table: usize, word: u32): u32 {
  return (
    crcByte(table, word) ^
    crcByte(table - 1, word >> 8) ^
    crcByte(table - 2, word >> 16) ^
    crcByte(table - 3, word >> 24)
  );
}

function crcOf(start: usize, end: usize): u32 {
  let crc: u32 = 0xffffffff;
  let place = start;
  for (; place + 16 <= end; place += 16) {
    crc =
      crcWord(15, load<u32>(place) ^ crc) ^
      crcWord(11, load<u32>(place + 4)) ^
      crcWord(7, load<u32>(place + 8)) ^
      crcWord(3, load<u32>(place + 12));
  }
  for (; place < end; place++) crc = (crc >> 8) ^ crcByte(0, crc ^ load<u8>(place));
  return ~crc;
}

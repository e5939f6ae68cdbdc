// Scans the bytes of a log line by line, in WebAssembly. `npm run scanner` compiles it. Skips lines of types that are
// not requested, and decodes lines that look exactly as pflow writes them. Returns every other line undecoded. Knows
// one run at a time, and does not interpret events.
//
// A line is skipped only if it is the next one of the known run, has a checksum, and contains no second one. A line is
// decoded only if its checksum is right, too.
import { areSame, lengthOf, literal, matchesAt, newlineFrom, QUOTE } from './bytes';
import { at, moveTo, take, wholeHere } from './cursor';
import { AT_KEY, MINUTE, takeEnvelope } from './envelope';
import { takeData } from './payloads';
import * as Float from '../float-slots';
import * as Int from '../int-slots';
import * as Kind from '../line-kinds';
import { FLOATS, INTS, setFloat, setInt, USAGE_ORDER } from './results';
import { endsInChecksum, containsChecksum, hasValidChecksum, CHECKSUM_BYTES } from './checksum';
import { forgetWhenFull, generation, TEXT_BYTES, texts } from './texts';

export { textAt, textLength } from './texts';

/** What `inspect` returns besides the kinds of lines. */
const SKIPPED: i32 = 33;

const RUN_BYTES: usize = 36;
const TYPE_ROOM: usize = 64;
const RUN: usize = memory.data(48, 8);
const TYPES: usize = memory.data(64 * 64, 8);
const TREATMENTS: usize = memory.data(64, 8);
const COUNTS: usize = memory.data(64 * 4, 8);
const OPENING = literal('{"type":"');
const SEQ_KEY = literal('","seq":');
const RUN_KEY = literal(',"run":"');

let types: usize = 0;
/** The next seq of the known run; negative: no run is known. */
let next: i64 = -1;
/** Whether the events of the known run are requested. */
let requested: bool = true;
/** Whether the checksums of skipped lines are checked, too. */
let checksEveryLine: bool = false;

// Addresses for the caller.
export function ints(): usize {
  return INTS;
}
export function floats(): usize {
  return FLOATS;
}
export function run(): usize {
  return RUN;
}
export function minute(): usize {
  return MINUTE;
}
export function counts(): usize {
  return COUNTS;
}
export function usageOrder(): usize {
  return USAGE_ORDER;
}
export function scratch(): usize {
  return TEXT_BYTES;
}
/** The first byte that is free for lines, at a multiple of 64. */
export function heap(): usize {
  return (__heap_base + 63) & ~63;
}

/** Adds a type whose bytes are at `scratch()`. Types are numbered in the order of these calls. */
export function addType(length: usize): void {
  const type = TYPES + types * TYPE_ROOM;
  store<u32>(type, <u32>length);
  memory.copy(type + 8, TEXT_BYTES, length);
  types += 1;
}

/** Sets the treatment of a type, and its count of skipped lines to 0. */
export function treat(type: u32, treatment: u8): void {
  store<u8>(TREATMENTS + type, treatment);
  store<u32>(COUNTS + (type << 2), 0);
}

export function check(everyLine: bool): void {
  checksEveryLine = everyLine;
}

/** Sets the next seq of the run whose id is at `run()`. */
export function follow(seq: f64, isRequested: bool): void {
  next = <i64>seq;
  requested = isRequested;
}

/** Scans up to the first line that is not skipped, and returns its kind. */
export function scan(from: usize, end: usize): i32 {
  let start = from;
  let skipped: i32 = 0;
  let result = Kind.NO_LINE;
  for (;;) {
    const stop = newlineFrom(start, end);
    if (stop == end) break;
    result = next < 0 ? Kind.UNRECOGNISED : inspect(start, stop);
    if (result != SKIPPED) {
      setInt(Int.end, <i32>stop);
      break;
    }
    next += 1;
    skipped += 1;
    start = stop + 1;
    result = Kind.NO_LINE;
  }
  setInt(Int.start, <i32>start);
  setInt(Int.skipped, skipped);
  setInt(Int.texts, <i32>texts);
  setInt(Int.generation, generation);
  if (result >= Kind.NODE_STARTED && result <= Kind.RUN_COMPLETED) next += 1;
  return result;
}

function inspect(start: usize, stop: usize): i32 {
  if (stop - start < 2 * CHECKSUM_BYTES || !matchesAt(start, OPENING) || !endsInChecksum(stop))
    return Kind.UNRECOGNISED;
  const checksum = stop - CHECKSUM_BYTES;
  moveTo(start + lengthOf(OPENING));
  const type = typeHere();
  if (type < 0 || !take(SEQ_KEY)) return Kind.UNRECOGNISED;
  if (wholeHere() != next || at == 0) return Kind.UNRECOGNISED;
  if (!take(RUN_KEY) || !runHere() || !matchesAt(at, AT_KEY)) return Kind.UNRECOGNISED;
  const treatment = load<u8>(TREATMENTS + type);
  const isFrame = treatment == <u8>Kind.FRAME || treatment == <u8>Kind.RUN_COMPLETED;
  if (treatment == <u8>Kind.SKIP || (!requested && !isFrame)) {
    const canSkip = checksEveryLine ? hasValidChecksum(start, checksum) : !containsChecksum(at, checksum);
    if (!canSkip) return Kind.UNRECOGNISED;
    const count = COUNTS + ((<usize>type) << 2);
    store<u32>(count, load<u32>(count) + 1);
    return SKIPPED;
  }
  if (treatment > <u8>Kind.RUN_COMPLETED || !hasValidChecksum(start, checksum)) return Kind.UNRECOGNISED;
  setFloat(Float.seq, <f64>next);
  forgetWhenFull();
  takeEnvelope();
  if (at == 0) return Kind.UNRECOGNISED;
  takeData(treatment, checksum);
  return at == checksum ? treatment : Kind.UNRECOGNISED;
}

function typeHere(): i32 {
  for (let i: usize = 0; i < types; i++) {
    const type = TYPES + i * TYPE_ROOM;
    const length = <usize>load<u32>(type);
    if (load<u8>(at + length) != QUOTE || load<u64>(at) != load<u64>(type + 8)) continue;
    if (!areSame(at, type + 8, length)) continue;
    moveTo(at + length);
    return <i32>i;
  }
  return -1;
}

function runHere(): bool {
  for (let i: usize = 0; i < 32; i += 8) {
    if (load<u64>(at + i) != load<u64>(RUN + i)) return false;
  }
  if (load<u32>(at + 32) != load<u32>(RUN + 32)) return false;
  moveTo(at + RUN_BYTES);
  return true;
}

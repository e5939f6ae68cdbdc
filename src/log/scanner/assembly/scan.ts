// Scans the bytes of a log line by line, in WebAssembly (compiled by `npm run scanner`). Skips lines whose type is not
// requested and decodes those that look exactly as our writer writes them; returns every other line to the caller.
// Knows one run at a time.
//
// A line is skipped only when it is the next one of the known run, has a seal and contains no second one. A line is
// decoded only when its checksum is right, too.
import { areSame, lengthOf, literal, newlineFrom, QUOTE, matches } from './bytes';
import { at, moveTo, take, wholeHere } from './cursor';
import { AT_KEY, MINUTE, takeEnvelope } from './envelope';
import { NODE_STARTED, RUN_COMPLETED, takeData } from './payloads';
import { Float, FLOATS, Int, INTS, setFloat, setInt, USAGE_ORDER } from './results';
import { endsInSeal, holdsSeal, isSealed, SEAL_BYTES } from './seal';
import { forgetWhenFull, generation, TEXT_BYTES, texts } from './texts';

export { textAt, textLength } from './texts';

/** Results of `scan`, besides the numbers of the decoded types. */
const MORE: i32 = 0;
const UNRECOGNISED: i32 = 32;
const PASSED: i32 = 33;

/** Treatment of a type, besides the numbers of the decoded types; set by the caller for each type. */
const PASS: u8 = 0;
/** Left to the parser, even if the run is not requested. */
const FRAME: u8 = 33;

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
/** Next seq of the known run; negative: no run is known. */
let next: i64 = -1;
/** Whether the events of the known run are requested. */
let isRequested: bool = true;
/** Whether the checksums of skipped lines are verified, too. */
let checking: bool = false;

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
/** Address of the first byte that is free for lines. */
export function heap(): usize {
  return (__heap_base + 63) & ~63;
}

/** Adds a type, whose bytes are at `scratch()`. Types are numbered in the order of these calls. */
export function addType(length: usize): void {
  const type = TYPES + types * TYPE_ROOM;
  store<u32>(type, <u32>length);
  memory.copy(type + 8, TEXT_BYTES, length);
  types += 1;
}

/** Sets the treatment of a type and resets its count of skipped lines. */
export function treat(type: u32, treatment: u8): void {
  store<u8>(TREATMENTS + type, treatment);
  store<u32>(COUNTS + (type << 2), 0);
}

export function check(everyLine: bool): void {
  checking = everyLine;
}

/** Sets the next seq of the run whose id is at `run()`. */
export function follow(seq: f64, requested: bool): void {
  next = <i64>seq;
  isRequested = requested;
}

export function scan(from: usize, end: usize): i32 {
  let start = from;
  let passed: i32 = 0;
  let result = MORE;
  for (;;) {
    const stop = newlineFrom(start, end);
    if (stop == end) break;
    result = next < 0 ? UNRECOGNISED : inspect(start, stop);
    if (result != PASSED) {
      setInt(Int.end, <i32>stop);
      break;
    }
    next += 1;
    passed += 1;
    start = stop + 1;
    result = MORE;
  }
  setInt(Int.start, <i32>start);
  setInt(Int.passed, passed);
  setInt(Int.texts, <i32>texts);
  setInt(Int.generation, generation);
  if (result >= NODE_STARTED && result <= RUN_COMPLETED) next += 1;
  return result;
}

function inspect(start: usize, stop: usize): i32 {
  if (stop - start < 2 * SEAL_BYTES || !matches(start, OPENING) || !endsInSeal(stop)) return UNRECOGNISED;
  const seal = stop - SEAL_BYTES;
  moveTo(start + lengthOf(OPENING));
  const type = typeHere();
  if (type < 0 || !take(SEQ_KEY)) return UNRECOGNISED;
  if (wholeHere() != next || at == 0) return UNRECOGNISED;
  if (!take(RUN_KEY) || !runHere() || !matches(at, AT_KEY)) return UNRECOGNISED;
  const treatment = load<u8>(TREATMENTS + type);
  const frames = treatment == FRAME || treatment == <u8>RUN_COMPLETED;
  if (treatment == PASS || (!isRequested && !frames)) {
    const believed = checking ? isSealed(start, seal) : !holdsSeal(at, seal);
    if (!believed) return UNRECOGNISED;
    const count = COUNTS + ((<usize>type) << 2);
    store<u32>(count, load<u32>(count) + 1);
    return PASSED;
  }
  if (treatment > <u8>RUN_COMPLETED || !isSealed(start, seal)) return UNRECOGNISED;
  setFloat(Float.seq, <f64>next);
  forgetWhenFull();
  takeEnvelope();
  if (at == 0) return UNRECOGNISED;
  takeData(treatment, seal);
  return at == seal ? treatment : UNRECOGNISED;
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

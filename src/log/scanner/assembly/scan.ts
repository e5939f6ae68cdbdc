// Walks over the bytes of a log, line by line, in WebAssembly (compiled by `npm run scanner`). It passes over lines
// whose type nobody wants and takes apart those that look exactly as our writer writes them. Whatever else it
// meets it hands back unread. It knows one run at a time, and no meaning.
//
// A line is passed over only when it is the next one of the known run, carries a seal and hides no second one. A line
// is taken apart only when its checksum is right, too. Numbers have at most 15 digits: their quotient by a power of ten
// is then the nearest double, as JSON.parse has it.

/** What `scan` comes back with. */
const MORE: i32 = 0;
const NODE_STARTED: i32 = 1;
const NODE_COMPLETED: i32 = 2;
const LLM_COMPLETED: i32 = 3;
/** A call whose words nobody wants: `llm.prompted`, `llm.answered`. */
const LLM_PROMPTED: i32 = 4;
const LLM_ANSWERED: i32 = 5;
const ODD: i32 = 8;
const PASSED: i32 = 9;

/** How lines of a type are treated; set by the caller for each type. */
const PASS: u8 = 0;
/** Also where the run is not wanted. */
const FRAME: u8 = 9;

const SEAL_BYTES: usize = 18;
const RUN_BYTES: usize = 36;
const QUOTE: u8 = 0x22;
const COMMA: u8 = 0x2c;
const DOT: u8 = 0x2e;
const COLON: u8 = 0x3a;
const LETTER_Z: u8 = 0x5a;
const BACKSLASH: u8 = 0x5c;
const OPEN: u8 = 0x7b;
const CLOSE: u8 = 0x7d;
const DIGIT_0: u8 = 0x30;
const MOST_DIGITS: usize = 15;

const MOST_TYPES: i32 = 64;
const TYPE_ROOM: usize = 64;
const MOST_TEXTS: u32 = 2048;
const TEXT_SLOTS: u32 = 4096;
const TEXT_ROOM: u32 = 256 * 1024;
const LONGEST_TEXT: usize = 512;
const USAGE_KEYS: i32 = 13;

// Tables.
const INTS: usize = memory.data(256, 8);
const FLOATS: usize = memory.data(256, 8);
const RUN: usize = memory.data(48, 8);
const TYPES: usize = memory.data(64 * 64, 8);
const TREATMENTS: usize = memory.data(64, 8);
const COUNTS: usize = memory.data(64 * 4, 8);
const USAGE_ORDER: usize = memory.data(64, 8);
const LITERALS: usize = memory.data(2048, 8);
const CRC_TABLES: usize = memory.data(16 * 256 * 4, 8);
const SLOTS: usize = memory.data(4096 * 4, 8);
const TEXTS: usize = memory.data(2048 * 8, 8);
const TEXT_BYTES: usize = memory.data(256 * 1024 + 16, 8);
const MINUTE: usize = memory.data(24, 8);

// Results, as 32-bit integers from INTS on and doubles from FLOATS on; the caller has the same numbers.
const enum Int {
  start,
  end,
  passed,
  texts,
  generation,
  minute,
  second,
  millisecond,
  node,
  phase,
  visit,
  item,
  attempt,
  nodeType,
  action,
  provider,
  model,
  responseModel,
  serviceTier,
  finishReason,
  rawStart,
  rawEnd,
  usageKeys,
}

const enum Float {
  seq,
  ms,
  duration,
  call,
  usage,
}

let types: usize = 0;
/** The seq that comes next in the known run; negative: no run is known. */
let next: i64 = -1;
/** Whether anybody wants to know of the known run. */
let wanted: bool = true;
/** Whether the checksums of lines that are passed over count, too. */
let checking: bool = false;
let texts: u32 = 0;
let textsEnd: u32 = 0;
let generation: i32 = 0;
/** Grows with every other minute. */
let minutes: i32 = 0;
let literalsEnd: usize = LITERALS;

// Literals are kept as bytes behind their length.
function literal(text: string): usize {
  const at = literalsEnd;
  const length = text.length;
  store<u32>(at, length);
  for (let i = 0; i < length; i++) store<u8>(at + 4 + i, <u8>text.charCodeAt(i));
  literalsEnd = at + ((4 + length + 15) & ~7);
  return at;
}

const OPENING = literal('{"type":"');
const SEQ_KEY = literal('","seq":');
const RUN_KEY = literal(',"run":"');
const AT_KEY = literal('","at":"');
const MS_KEY = literal('","ms":');
const WORKFLOW = literal(',"phase":"workflow"');
const PLANNER = literal(',"phase":"planner"');
const NODE_KEY = literal(',"node":"');
const VISIT_KEY = literal(',"visit":');
const ITEM_KEY = literal(',"item":');
const ATTEMPT_KEY = literal(',"attempt":');
const DATA_KEY = literal(',"data":');
const SEAL_KEY = literal(',"crc":"');
const NODE_TYPE_KEY = literal('{"node_type":"');
const ACTION_KEY = literal(',"action":"');
const DURATION_KEY = literal(',"duration_ms":');
const CALL_KEY = literal('{"call":');
const PROVIDER_KEY = literal(',"provider":"');
const MODEL_KEY = literal(',"model":"');
const RESPONSE_MODEL_KEY = literal(',"response_model":"');
const USAGE_KEY = literal(',"usage":{');
const RAW_USAGE_KEY = literal(',"raw_usage":');
const SERVICE_TIER_KEY = literal(',"service_tier":"');
const FINISH_REASON_KEY = literal(',"finish_reason":"');
// In one row: the number of a key is its place here.
const USAGE_NAMES = literal('"input_tokens":');
literal('"output_tokens":');
literal('"total_tokens":');
literal('"cache_creation_input_tokens":');
literal('"cache_read_input_tokens":');
literal('"cache_creation_1h_input_tokens":');
literal('"reasoning_tokens":');
literal('"input_audio_tokens":');
literal('"input_image_tokens":');
literal('"cache_read_audio_tokens":');
literal('"cache_read_image_tokens":');
literal('"output_audio_tokens":');
literal('"output_image_tokens":');

const POWERS: usize = memory.data<f64>([
  1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
]);

makeCrcTables();

// For the caller: where things stand.
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
export function textAt(id: u32): usize {
  return TEXT_BYTES + load<u32>(TEXTS + id * 8);
}
export function textLength(id: u32): u32 {
  return load<u32>(TEXTS + id * 8 + 4);
}
/** The first byte that is free for lines. */
export function heap(): usize {
  return (__heap_base + 63) & ~63;
}

/** A type is known from here on; its bytes stand at `scratch()`. Types are numbered in the order of these calls. */
export function addType(length: usize): void {
  const type = TYPES + types * TYPE_ROOM;
  store<u32>(type, <u32>length);
  memory.copy(type + 8, TEXT_BYTES, length);
  types += 1;
}

/** Nothing was passed over yet, and lines of the type are treated so from here on. */
export function treat(type: u32, treatment: u8): void {
  store<u8>(TREATMENTS + type, treatment);
  store<u32>(COUNTS + (type << 2), 0);
}

export function check(everyLine: bool): void {
  checking = everyLine;
}

/** From here on `run()` holds the id of the run whose next line has this seq. */
export function follow(seq: f64, isWanted: bool): void {
  next = <i64>seq;
  wanted = isWanted;
}

export function scan(from: usize, end: usize): i32 {
  let start = from;
  let passed: i32 = 0;
  let result = MORE;
  for (;;) {
    const stop = newlineFrom(start, end);
    if (stop == end) break;
    result = next < 0 ? ODD : inspect(start, stop);
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
  if (result >= NODE_STARTED && result <= LLM_ANSWERED) next += 1;
  return result;
}

function setInt(index: i32, value: i32): void {
  store<i32>(INTS + ((<usize>index) << 2), value);
}

function setFloat(index: i32, value: f64): void {
  store<f64>(FLOATS + ((<usize>index) << 3), value);
}

function newlineFrom(start: usize, end: usize): usize {
  const wanted = i8x16.splat(0x0a);
  for (let at = start; at < end; at += 16) {
    const found = i8x16.bitmask(i8x16.eq(v128.load(at), wanted));
    if (found == 0) continue;
    const place = at + <usize>ctz(found);
    return place < end ? place : end;
  }
  return end;
}

function stands(at: usize, text: usize): bool {
  const length = <usize>load<u32>(text);
  const bytes = text + 4;
  let i: usize = 0;
  for (; i + 8 <= length; i += 8) {
    if (load<u64>(at + i) != load<u64>(bytes + i)) return false;
  }
  if (i == length) return true;
  const beyond: u64 = 64 - 8 * (length - i);
  return (load<u64>(at + i) ^ load<u64>(bytes + i)) << beyond == 0;
}

function lengthOf(text: usize): usize {
  return <usize>load<u32>(text);
}

// Where the parser stands; 0: the line is not what it should be.
let at: usize = 0;

function take(text: usize): bool {
  if (!stands(at, text)) return false;
  at += lengthOf(text);
  return true;
}

function need(text: usize): void {
  if (at != 0) at = stands(at, text) ? at + lengthOf(text) : 0;
}

function inspect(start: usize, stop: usize): i32 {
  if (stop - start < 2 * SEAL_BYTES || !stands(start, OPENING)) return ODD;
  const seal = stop - SEAL_BYTES;
  if (!stands(seal, SEAL_KEY) || load<u8>(stop - 2) != QUOTE || load<u8>(stop - 1) != CLOSE) return ODD;
  at = start + lengthOf(OPENING);
  const type = typeHere();
  if (type < 0 || !take(SEQ_KEY)) return ODD;
  if (wholeHere() != next || at == 0) return ODD;
  if (!take(RUN_KEY) || !runHere() || !stands(at, AT_KEY)) return ODD;
  const treatment = load<u8>(TREATMENTS + type);
  if (treatment == PASS || (!wanted && treatment != FRAME)) {
    const believed = checking ? isSealed(start, seal) : !holdsSeal(at, seal);
    if (!believed) return ODD;
    const count = COUNTS + ((<usize>type) << 2);
    store<u32>(count, load<u32>(count) + 1);
    return PASSED;
  }
  if (treatment > <u8>LLM_ANSWERED || !isSealed(start, seal)) return ODD;
  setFloat(Float.seq, <f64>next);
  forgetWhenFull();
  takeEnvelope();
  if (at == 0) return ODD;
  takeData(treatment, seal);
  return at == seal ? treatment : ODD;
}

function typeHere(): i32 {
  for (let i: usize = 0; i < types; i++) {
    const type = TYPES + i * TYPE_ROOM;
    const length = <usize>load<u32>(type);
    if (load<u8>(at + length) != QUOTE || load<u64>(at) != load<u64>(type + 8)) continue;
    if (memory.compare(at, type + 8, length) != 0) continue;
    at += length;
    return <i32>i;
  }
  return -1;
}

/** A whole number without a leading zero; `at` is 0 where there is none. */
function wholeHere(): i64 {
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

function digitAt(place: usize): u8 {
  return load<u8>(place) - DIGIT_0;
}

function needWhole(least: i64): i64 {
  if (at == 0) return 0;
  const value = wholeHere();
  if (value < least) at = 0;
  return value;
}

/** A number that is not negative and has no exponent. */
function needNumber(): f64 {
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

function runHere(): bool {
  for (let i: usize = 0; i < 32; i += 8) {
    if (load<u64>(at + i) != load<u64>(RUN + i)) return false;
  }
  if (load<u32>(at + 32) != load<u32>(RUN + 32)) return false;
  at += RUN_BYTES;
  return true;
}

/** Whether there is a second seal before this one: two lines whose newline was lost, or a payload with a `crc`. */
function holdsSeal(start: usize, seal: usize): bool {
  const comma = i8x16.splat(0x2c);
  const letter = i8x16.splat(0x63);
  for (let place = start; place < seal; place += 16) {
    const hits = v128.and(i8x16.eq(v128.load(place), comma), i8x16.eq(v128.load(place + 2), letter));
    let mask = i8x16.bitmask(hits);
    while (mask != 0) {
      const hit = place + <usize>ctz(mask);
      if (hit < seal && stands(hit, SEAL_KEY)) return true;
      mask &= mask - 1;
    }
  }
  return false;
}

function takeEnvelope(): void {
  need(AT_KEY);
  takeMoment();
  need(MS_KEY);
  setFloat(Float.ms, needNumber());
  setInt(Int.phase, at == 0 ? 0 : take(WORKFLOW) ? 1 : take(PLANNER) ? 2 : 0);
  setInt(Int.node, optionalText(NODE_KEY));
  setInt(Int.visit, optionalWhole(VISIT_KEY, 1));
  setInt(Int.item, optionalWhole(ITEM_KEY, 0));
  setInt(Int.attempt, optionalWhole(ATTEMPT_KEY, 1));
  need(DATA_KEY);
}

/** `2026-11-22T09:30:00.123Z`: up to the seconds a text that many lines share, the rest as numbers. */
function takeMoment(): void {
  if (at == 0) return;
  const start = at;
  at += 24;
  const seconds = digitsAt(start + 17, 2);
  const milliseconds = digitsAt(start + 20, 3);
  const ends =
    load<u8>(start + 16) == COLON && load<u8>(start + 19) == DOT && load<u8>(start + 23) == LETTER_Z;
  if (seconds < 0 || milliseconds < 0 || !ends || load<u8>(at) != QUOTE) {
    at = 0;
    return;
  }
  setInt(Int.second, seconds);
  setInt(Int.millisecond, milliseconds);
  const same = load<u64>(start) == load<u64>(MINUTE) && load<u64>(start + 8) == load<u64>(MINUTE + 8);
  if (!same) {
    for (let i: usize = 0; i < 16; i++) if (!isPlain(load<u8>(start + i))) at = 0;
    memory.copy(MINUTE, start, 16);
    minutes += 1;
  }
  setInt(Int.minute, minutes);
}

/** That many digits as a number; negative where one of them is none. */
function digitsAt(place: usize, count: usize): i32 {
  let value: i32 = 0;
  for (let i: usize = 0; i < count; i++) {
    const digit = digitAt(place + i);
    if (digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** A character of ASCII that stands for itself in a JSON string. */
function isPlain(byte: u8): bool {
  return byte >= 0x20 && byte < 0x80 && byte != QUOTE && byte != BACKSLASH;
}

/** Number of the text behind `key` and up to its quote; -1 where the key does not stand here. */
function optionalText(key: usize): i32 {
  return at != 0 && take(key) ? textHere() : -1;
}

function needText(key: usize): i32 {
  need(key);
  return at == 0 ? -1 : textHere();
}

function optionalWhole(key: usize, least: i64): i32 {
  if (at == 0 || !take(key)) return -1;
  const value = needWhole(least);
  if (value > i32.MAX_VALUE) at = 0;
  return <i32>value;
}

function textHere(): i32 {
  const start = at;
  for (;;) {
    const byte = load<u8>(at);
    if (byte == QUOTE) break;
    // What is escaped, and what is not text at all, is for the parser.
    if (byte == BACKSLASH || byte < 0x20 || at - start > LONGEST_TEXT) {
      at = 0;
      return -1;
    }
    at += 1;
  }
  const length = at - start;
  at += 1;
  return intern(start, length);
}

/** Equal texts have the same number until the texts are forgotten; then the generation grows. */
function intern(start: usize, length: usize): i32 {
  let hash: u32 = 0x811c9dc5;
  for (let i: usize = 0; i < length; i++) hash = (hash ^ load<u8>(start + i)) * 0x01000193;
  hash ^= hash >> 15;
  let slot = hash & (TEXT_SLOTS - 1);
  for (;;) {
    const entry = load<u32>(SLOTS + slot * 4);
    if (entry == 0) break;
    const text = TEXTS + (entry - 1) * 8;
    const same = load<u32>(text + 4) == <u32>length;
    if (same && memory.compare(TEXT_BYTES + load<u32>(text), start, length) == 0) return <i32>(entry - 1);
    slot = (slot + 1) & (TEXT_SLOTS - 1);
  }
  return addText(slot, start, length);
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

/** To be called between two lines only: the numbers in the results of one line are all of one generation. */
function forgetWhenFull(): void {
  if (texts + 16 < MOST_TEXTS && textsEnd + 16 * <u32>LONGEST_TEXT < TEXT_ROOM) return;
  memory.fill(SLOTS, 0, TEXT_SLOTS * 4);
  texts = 0;
  textsEnd = 0;
  generation += 1;
}

function takeData(treatment: u8, seal: usize): void {
  switch (treatment) {
    case <u8>NODE_STARTED: {
      setInt(Int.nodeType, needText(NODE_TYPE_KEY));
      break;
    }
    case <u8>NODE_COMPLETED: {
      setInt(Int.nodeType, needText(NODE_TYPE_KEY));
      setInt(Int.action, needText(ACTION_KEY));
      need(DURATION_KEY);
      setFloat(Float.duration, needNumber());
      break;
    }
    case <u8>LLM_COMPLETED: {
      takeBill();
      break;
    }
    default: {
      need(CALL_KEY);
      setFloat(Float.call, <f64>needWhole(1));
      if (at != 0) at = load<u8>(at) == COMMA ? seal - 1 : 0;
    }
  }
  if (at != 0) at = load<u8>(at) == CLOSE ? at + 1 : 0;
}

function takeBill(): void {
  need(CALL_KEY);
  setFloat(Float.call, <f64>needWhole(1));
  setInt(Int.provider, needText(PROVIDER_KEY));
  setInt(Int.model, needText(MODEL_KEY));
  setInt(Int.responseModel, optionalText(RESPONSE_MODEL_KEY));
  need(USAGE_KEY);
  takeUsage();
  takeRawUsage();
  setInt(Int.serviceTier, optionalText(SERVICE_TIER_KEY));
  setInt(Int.finishReason, optionalText(FINISH_REASON_KEY));
  need(DURATION_KEY);
  setFloat(Float.duration, needNumber());
}

function takeUsage(): void {
  let keys: i32 = 0;
  if (at != 0 && load<u8>(at) == CLOSE) at += 1;
  else {
    while (at != 0) {
      const key = usageKeyHere();
      const value = needNumber();
      if (at == 0 || keys == USAGE_KEYS) {
        at = 0;
        return;
      }
      store<u8>(USAGE_ORDER + keys, <u8>key);
      setFloat(Float.usage + keys, value);
      keys += 1;
      const behind = load<u8>(at);
      at += 1;
      if (behind == CLOSE) break;
    }
  }
  setInt(Int.usageKeys, keys);
}

function usageKeyHere(): i32 {
  let name = USAGE_NAMES;
  for (let key = 0; key < USAGE_KEYS; key++) {
    if (take(name)) return key;
    name += (4 + lengthOf(name) + 15) & ~7;
  }
  at = 0;
  return -1;
}

/** An object or a list is found by its brackets; anything else is left to the parser. */
function takeRawUsage(): void {
  setInt(Int.rawStart, -1);
  if (at == 0 || !take(RAW_USAGE_KEY)) return;
  if (load<u8>(at) != OPEN) {
    at = 0;
    return;
  }
  const start = at;
  let depth: i32 = 0;
  let inText = false;
  for (;;) {
    const byte = load<u8>(at);
    if (byte < 0x20) {
      at = 0;
      return;
    }
    at += 1;
    if (inText) {
      if (byte == BACKSLASH) at += 1;
      else if (byte == QUOTE) inText = false;
    } else if (byte == QUOTE) inText = true;
    else if (byte == OPEN) depth += 1;
    else if (byte == CLOSE) {
      depth -= 1;
      if (depth == 0) break;
    }
  }
  setInt(Int.rawStart, <i32>start);
  setInt(Int.rawEnd, <i32>at);
}

// CRC-32 as zlib has it, sixteen bytes at a time.
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

/** Whether the checksum of a line is right. */
function isSealed(start: usize, seal: usize): bool {
  return isSealedWith(crcOf(start, seal), seal + lengthOf(SEAL_KEY));
}

/** Compared as digits: `A` for `a` is a flipped bit, not the same number. */
function isSealedWith(crc: u32, digits: usize): bool {
  for (let i = 0; i < 8; i++) {
    const value = <u8>((crc >> (28 - 4 * i)) & 15);
    if (load<u8>(digits + i) != (value < 10 ? DIGIT_0 + value : 0x57 + value)) return false;
  }
  return true;
}

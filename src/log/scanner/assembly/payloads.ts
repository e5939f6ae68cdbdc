// Reads the payloads of common event types, exactly as our writer lays them out.
import { BACKSLASH, CLOSE, CLOSE_LIST, COMMA, lengthOf, literal, OPEN, QUOTE } from './bytes';
import { at, moveTo, need, needNumber, needWhole, take } from './cursor';
import { Float, Int, setFloat, setInt, USAGE_ORDER } from './results';
import { needText, optionalText, skipText } from './texts';

/** Numbers of the decoded types. */
export const NODE_STARTED: i32 = 1;
export const NODE_COMPLETED: i32 = 2;
export const LLM_COMPLETED: i32 = 3;
/** Only the call number of `llm.prompted` and `llm.answered`. */
export const LLM_PROMPTED: i32 = 4;
export const LLM_ANSWERED: i32 = 5;
/** Without its list of nodes. */
export const WORKFLOW_STARTED: i32 = 6;
export const WORKFLOW_COMPLETED: i32 = 7;
export const RUN_COMPLETED: i32 = 8;

const USAGE_KEYS: i32 = 13;
const NODE_TYPE_KEY = literal('{"node_type":"');
const ACTION_KEY = literal(',"action":"');
const DURATION_KEY = literal(',"duration_ms":');
const NAME_KEY = literal('{"name":"');
const HASH_KEY = literal(',"hash":"');
const NODES_KEY = literal(',"nodes":[');
const SUCCESS = literal('{"status":"success"');
const FAILED = literal('{"status":"failed"');
const INTERRUPTED = literal('{"status":"interrupted"');
const EVENTS_KEY = literal(',"events":');
const CALL_KEY = literal('{"call":');
const PROVIDER_KEY = literal(',"provider":"');
const MODEL_KEY = literal(',"model":"');
const RESPONSE_MODEL_KEY = literal(',"response_model":"');
const USAGE_KEY = literal(',"usage":{');
const RAW_USAGE_KEY = literal(',"raw_usage":');
const SERVICE_TIER_KEY = literal(',"service_tier":"');
const FINISH_REASON_KEY = literal(',"finish_reason":"');
// Stored in order: the number of a key is its position here.
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

export function takeData(treatment: u8, seal: usize): void {
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
    case <u8>WORKFLOW_STARTED: {
      setInt(Int.name, needText(NAME_KEY));
      setInt(Int.hash, needText(HASH_KEY));
      skipNodes();
      break;
    }
    case <u8>WORKFLOW_COMPLETED: {
      takeStatus(2);
      break;
    }
    case <u8>RUN_COMPLETED: {
      takeStatus(3);
      need(EVENTS_KEY);
      setFloat(Float.events, <f64>needWhole(0));
      break;
    }
    default: {
      need(CALL_KEY);
      setFloat(Float.call, <f64>needWhole(1));
      if (at != 0) moveTo(load<u8>(at) == COMMA ? seal - 1 : 0);
    }
  }
  if (at != 0) moveTo(load<u8>(at) == CLOSE ? at + 1 : 0);
}

/** Reads one of the first `statuses` statuses, and a duration. */
function takeStatus(statuses: i32): void {
  const status = take(SUCCESS) ? 0 : take(FAILED) ? 1 : take(INTERRUPTED) ? 2 : 3;
  if (status >= statuses) moveTo(0);
  setInt(Int.status, status);
  need(DURATION_KEY);
  setFloat(Float.duration, needNumber());
}

/** Skips a list of texts. */
function skipNodes(): void {
  need(NODES_KEY);
  if (at != 0 && load<u8>(at) == CLOSE_LIST) {
    moveTo(at + 1);
    return;
  }
  while (at != 0) {
    if (load<u8>(at) != QUOTE) {
      moveTo(0);
      return;
    }
    moveTo(at + 1);
    skipText();
    if (at == 0) return;
    const behind = load<u8>(at);
    moveTo(behind == COMMA || behind == CLOSE_LIST ? at + 1 : 0);
    if (behind == CLOSE_LIST) return;
  }
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
  if (at != 0 && load<u8>(at) == CLOSE) moveTo(at + 1);
  else {
    while (at != 0) {
      const key = usageKeyHere();
      const value = needNumber();
      if (at == 0 || keys == USAGE_KEYS) {
        moveTo(0);
        return;
      }
      store<u8>(USAGE_ORDER + keys, <u8>key);
      setFloat(Float.usage + keys, value);
      keys += 1;
      const behind = load<u8>(at);
      moveTo(at + 1);
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
  moveTo(0);
  return -1;
}

/** Finds the end of an object by its braces; anything else is left to the parser. */
function takeRawUsage(): void {
  setInt(Int.rawStart, -1);
  if (at == 0 || !take(RAW_USAGE_KEY)) return;
  if (load<u8>(at) != OPEN) {
    moveTo(0);
    return;
  }
  const start = at;
  let depth: i32 = 0;
  let inText = false;
  for (;;) {
    const byte = load<u8>(at);
    if (byte < 0x20) {
      moveTo(0);
      return;
    }
    moveTo(at + 1);
    if (inText) {
      if (byte == BACKSLASH) moveTo(at + 1);
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

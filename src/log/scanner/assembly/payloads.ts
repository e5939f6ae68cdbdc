// Reads the payloads of common types of events, in exactly the layout that pflow writes.
import { CLOSE, CLOSE_LIST, COMMA, lengthOf, QUOTE } from './bytes';
import { at, moveTo, need, needNumber, needWhole, take } from './cursor';
import * as Float from '../float-slots';
import * as Int from '../int-slots';
import * as Kind from '../line-kinds';
import {
  ACTION_KEY,
  CALL_KEY,
  DURATION_KEY,
  EVENTS_KEY,
  FAILED,
  FINISH_REASON_KEY,
  HASH_KEY,
  INTERRUPTED,
  MODEL_KEY,
  NAME_KEY,
  NODES_KEY,
  NODE_TYPE_KEY,
  PROVIDER_KEY,
  RESPONSE_MODEL_KEY,
  SERVICE_TIER_KEY,
  SUCCESS,
  USAGE_KEY,
} from './payload-keys';
import { takeRawUsage } from './raw-usage';
import { setFloat, setInt, USAGE_ORDER } from './results';
import { needText, optionalText, skipText } from './texts';
import { USAGE_KEYS, USAGE_NAMES } from './usage-keys';

export function takeData(treatment: u8, checksum: usize): void {
  switch (treatment) {
    case <u8>Kind.NODE_STARTED: {
      setInt(Int.nodeType, needText(NODE_TYPE_KEY));
      break;
    }
    case <u8>Kind.NODE_COMPLETED: {
      setInt(Int.nodeType, needText(NODE_TYPE_KEY));
      setInt(Int.action, needText(ACTION_KEY));
      need(DURATION_KEY);
      setFloat(Float.duration, needNumber());
      break;
    }
    case <u8>Kind.LLM_COMPLETED: {
      takeCall();
      break;
    }
    case <u8>Kind.LLM_SENT: {
      need(CALL_KEY);
      setFloat(Float.call, <f64>needWhole(1));
      setInt(Int.model, needText(MODEL_KEY));
      break;
    }
    case <u8>Kind.LLM_PROMPTED: {
      need(CALL_KEY);
      setFloat(Float.call, <f64>needWhole(1));
      setInt(Int.model, needText(MODEL_KEY));
      skipWords(checksum);
      break;
    }
    case <u8>Kind.WORKFLOW_STARTED: {
      setInt(Int.name, needText(NAME_KEY));
      setInt(Int.hash, needText(HASH_KEY));
      skipNodes();
      break;
    }
    case <u8>Kind.WORKFLOW_COMPLETED: {
      takeStatus(2);
      break;
    }
    case <u8>Kind.RUN_COMPLETED: {
      takeStatus(3);
      need(EVENTS_KEY);
      setFloat(Float.events, <f64>needWhole(0));
      break;
    }
    default: {
      need(CALL_KEY);
      setFloat(Float.call, <f64>needWhole(1));
      skipWords(checksum);
    }
  }
  if (at != 0) moveTo(load<u8>(at) == CLOSE ? at + 1 : 0);
}

/** Moves to the last brace of the payload. */
function skipWords(checksum: usize): void {
  if (at != 0) moveTo(load<u8>(at) == COMMA ? checksum - 1 : 0);
}

/** Reads one of the first `statuses` statuses, and the duration. */
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
    const next = load<u8>(at);
    moveTo(next == COMMA || next == CLOSE_LIST ? at + 1 : 0);
    if (next == CLOSE_LIST) return;
  }
}

function takeCall(): void {
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
  // A bit for each key: the parser reads a usage that has one twice.
  let seen: i32 = 0;
  if (at != 0 && load<u8>(at) == CLOSE) moveTo(at + 1);
  else {
    while (at != 0) {
      const key = usageKeyHere();
      const value = needNumber();
      if (at == 0 || (seen & (1 << key)) != 0) {
        moveTo(0);
        return;
      }
      seen |= 1 << key;
      store<u8>(USAGE_ORDER + keys, <u8>key);
      setFloat(Float.usage + keys, value);
      keys += 1;
      const next = load<u8>(at);
      moveTo(at + 1);
      if (next == CLOSE) break;
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

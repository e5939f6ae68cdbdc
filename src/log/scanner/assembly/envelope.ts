// Reads the envelope of a line from its time up to the payload.
import { COLON, digitsAt, DOT, isPlain, LETTER_Z, literal, QUOTE } from './bytes';
import { at, moveTo, need, needNumber, take } from './cursor';
import * as Float from '../float-slots';
import * as Int from '../int-slots';
import { setFloat, setInt } from './results';
import { optionalText, optionalWhole } from './texts';

export const AT_KEY = literal('","at":"');
const MS_KEY = literal('","ms":');
const WORKFLOW = literal(',"phase":"workflow"');
const PLANNER = literal(',"phase":"planner"');
const NODE_KEY = literal(',"node":"');
const VISIT_KEY = literal(',"visit":');
const ITEM_KEY = literal(',"item":');
const ATTEMPT_KEY = literal(',"attempt":');
const DATA_KEY = literal(',"data":');
export const MINUTE: usize = memory.data(24, 8);

/** Grows with each line that has another minute than the line before. */
let minutes: i32 = 0;

export function takeEnvelope(): void {
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

/** Reads `2026-11-22T09:30:00.123Z`: a text up to the minute, which many lines share, and numbers. */
function takeMoment(): void {
  if (at == 0) return;
  const start = at;
  moveTo(at + 24);
  const seconds = digitsAt(start + 17, 2);
  const milliseconds = digitsAt(start + 20, 3);
  const ends =
    load<u8>(start + 16) == COLON && load<u8>(start + 19) == DOT && load<u8>(start + 23) == LETTER_Z;
  if (seconds < 0 || milliseconds < 0 || !ends || load<u8>(at) != QUOTE) {
    moveTo(0);
    return;
  }
  setInt(Int.second, seconds);
  setInt(Int.millisecond, milliseconds);
  const same = load<u64>(start) == load<u64>(MINUTE) && load<u64>(start + 8) == load<u64>(MINUTE + 8);
  if (!same) {
    for (let i: usize = 0; i < 16; i++) {
      if (isPlain(load<u8>(start + i))) continue;
      // Not kept: the same minute in the next line is not plain text either.
      moveTo(0);
      return;
    }
    memory.copy(MINUTE, start, 16);
    minutes += 1;
  }
  setInt(Int.minute, minutes);
}

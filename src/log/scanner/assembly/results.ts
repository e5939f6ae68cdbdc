// Results for the caller: 32-bit integers from INTS on, doubles from FLOATS on. `npm run scanner` writes the slot numbers
// to ../result-slots.ts.

export const INTS: usize = memory.data(256, 8);
export const FLOATS: usize = memory.data(256, 8);
export const USAGE_ORDER: usize = memory.data(64, 8);

export const enum Int {
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
  name,
  hash,
  status,
}

export const enum Float {
  seq,
  ms,
  duration,
  call,
  events,
  usage,
}

export function setInt(index: i32, value: i32): void {
  store<i32>(INTS + ((<usize>index) << 2), value);
}

export function setFloat(index: i32, value: f64): void {
  store<f64>(FLOATS + ((<usize>index) << 3), value);
}

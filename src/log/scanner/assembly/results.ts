// Holds the results for the caller: 32-bit integers from INTS on and doubles from FLOATS on. Their numbers are in
// `int-slots.ts` and `float-slots.ts`.

export const INTS: usize = memory.data(256, 8);
export const FLOATS: usize = memory.data(1024, 8);
export const USAGE_ORDER: usize = memory.data(64, 8);

export function setInt(index: i32, value: i32): void {
  store<i32>(INTS + ((<usize>index) << 2), value);
}

export function setFloat(index: i32, value: f64): void {
  store<f64>(FLOATS + ((<usize>index) << 3), value);
}

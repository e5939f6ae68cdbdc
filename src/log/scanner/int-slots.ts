// Numbers the 32-bit results of the scanner. AssemblyScript compiles this file too, so it contains only constants.

export const start = 0;
export const end = 1;
export const skipped = 2;
export const texts = 3;
export const generation = 4;
export const minute = 5;
export const second = 6;
export const millisecond = 7;
export const node = 8;
export const phase = 9;
export const visit = 10;
export const item = 11;
export const attempt = 12;
export const nodeType = 13;
export const action = 14;
export const provider = 15;
export const model = 16;
export const responseModel = 17;
export const serviceTier = 18;
export const finishReason = 19;
export const rawStart = 20;
export const rawEnd = 21;
export const usageKeys = 22;
export const name = 23;
export const hash = 24;
export const status = 25;
/** The text of a raw usage with `#` for each number. -1: it is too long, or has another form of number. */
export const rawShape = 26;

// Numbers the 64-bit results of the scanner. AssemblyScript compiles this file too, so it contains only constants.

export const seq = 0;
export const ms = 1;
export const duration = 2;
export const call = 3;
export const events = 4;
/** The first count of a usage; the others follow. */
export const usage = 5;
/** The first number of a raw usage; the others follow. */
export const raw = 20;
export const rawRoom = 48;

// Finds runs of characters as base64 and hexadecimal digits have them. Most texts have no long run, which is found out
// by looking at a few of their characters.

const IN_RUN = new Uint8Array(128);
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-') {
  IN_RUN[character.charCodeAt(0)] = 1;
}

export function hasRun(text: string, length: number): boolean {
  let start = 0;
  while (start + length <= text.length) {
    let at = start + length - 1;
    // From the end: the first character that is not in a run rules out all starts before it.
    while (at >= start && IN_RUN[text.charCodeAt(at)] === 1) at -= 1;
    if (at < start) return true;
    start = at + 1;
  }
  return false;
}

/** Where the run begins that ends at `end`, not before `from`. */
export function runStart(text: string, from: number, end: number): number {
  let at = end;
  while (at > from && IN_RUN[text.charCodeAt(at - 1)] === 1) at -= 1;
  return at;
}

/** Where the run ends that begins at `start`, not behind `to`. */
export function runEnd(text: string, start: number, to: number): number {
  let at = start;
  while (at < to && IN_RUN[text.charCodeAt(at)] === 1) at += 1;
  return at;
}

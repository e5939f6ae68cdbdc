// Finds runs of characters as base64 and hexadecimal digits have them. Most texts have no long run, which is found out
// by looking at a few of their characters.

type Characters = Readonly<Uint8Array>;

function charactersOf(text: string): Characters {
  const characters = new Uint8Array(128);
  for (const character of text) characters[character.charCodeAt(0)] = 1;
  return characters;
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const IN_RUN = charactersOf(`${LETTERS}${LETTERS.toLowerCase()}0123456789+/_-`);
const IN_BASE32 = charactersOf(`${LETTERS}234567`);
const IN_SMALL_BASE32 = charactersOf(`${LETTERS.toLowerCase()}234567`);

export function hasRun(text: string, length: number): boolean {
  return hasRunOf(text, length, IN_RUN);
}

/** As `hasRun`, for base32 in letters of one case. */
export function hasBase32Run(text: string, length: number): boolean {
  return hasRunOf(text, length, IN_BASE32) || hasRunOf(text, length, IN_SMALL_BASE32);
}

function hasRunOf(text: string, length: number, characters: Characters): boolean {
  let start = 0;
  while (start + length <= text.length) {
    let at = start + length - 1;
    // From the end: the first character that is not in a run rules out all starts before it.
    while (at >= start && characters[text.charCodeAt(at)] === 1) at -= 1;
    if (at < start) return true;
    start = at + 1;
  }
  return false;
}

/** Whether a text is one run from its start to its end. */
export function isRun(text: string): boolean {
  return runEnd(text, 0, text.length) === text.length;
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

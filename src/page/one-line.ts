// Puts texts of a log on one line. Characters that a reader would not see are written as code points.
import { toVisibleLine } from '../values/escape-text.ts';

const LONGEST = 400;

/** Longer texts are cut, and end with `…`. */
export function oneLine(text: string, most = LONGEST): string {
  const line = toVisibleLine(text.slice(0, most));
  return text.length > most ? `${line}…` : line;
}

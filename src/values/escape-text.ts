// Makes untrusted text safe to show, such as node output and model answers.

const CONTROLS = /(?![\n\t])[\p{Cc}\p{Bidi_Control}]/gu;

const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;

/**
 * Writes control and direction characters as their code points; newline and tab stay. Without it a text could move
 * the cursor, set the title or write the clipboard.
 */
export function escapeControls(text: string): string {
  return text.replace(CONTROLS, codePointText);
}

/** Writes every character that a reader would not see as its code point, newlines included. */
export function escapeInvisible(text: string): string {
  return text.replace(INVISIBLE, codePointText);
}

/** Joins the lines of a text. No part of it can then look like a line of pflow. */
export function toOneLine(text: string): string {
  const [first = '', ...others] = text.split('\n');
  const last = others.pop();
  if (last === undefined) return first;
  // A pattern with spaces on both sides of a newline would not be linear.
  const middle = others.map((line) => line.trim()).filter((line) => line !== '');
  return [first.trimEnd(), ...middle, last.trimStart()].join(' ');
}

/** One line whose every character a reader sees. */
export function toVisibleLine(text: string): string {
  return escapeInvisible(toOneLine(text));
}

function codePointText(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `\\u{${code.toString(16).padStart(2, '0')}}`;
}

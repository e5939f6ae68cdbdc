// A text of a stranger as one line, so that no part of it looks like a line of ours.

export function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/gu, ' ');
}

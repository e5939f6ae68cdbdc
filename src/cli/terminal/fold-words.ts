// Breaks a long line between words.
import { textWidth } from './text-width.ts';

/** Further lines are indented. A word is never broken. */
export function foldWords(line: string, columns: number, indent = '  '): string {
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(' ')) {
    const longer = current === '' ? word : `${current} ${word}`;
    if (textWidth(longer) <= columns || current.trim() === '') {
      current = longer;
      continue;
    }
    lines.push(current);
    current = indent + word;
  }
  return [...lines, current].join('\n');
}

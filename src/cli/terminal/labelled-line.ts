// A line for stderr that begins with a coloured label, such as `warning …`.
import { colour } from './colour.ts';

export function labelledLine(label: 'damaged' | 'note' | 'warning', text: string): string {
  return `${colour.yellow(label)} ${text}\n`;
}

// Finds events by a text anywhere in them, and by type.
import type { LogLine } from './log-lines.ts';

/** Upper and lower case are the same. An empty query or type finds all. */
export function findLines(lines: readonly LogLine[], query: string, type: string): readonly LogLine[] {
  const text = query.trim().toLowerCase();
  if (text === '' && type === '') return lines;
  // In a line a text is written as JSON does.
  const written = JSON.stringify(text).slice(1, -1);
  return lines.filter(
    (line) => (type === '' || line.event.type === type) && line.text.toLowerCase().includes(written),
  );
}

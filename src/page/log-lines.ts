// Reads the events of a log from text. The command line has checked the lines; a torn tail is left out.
import type { LogEvent } from '../events/event.ts';

/** An event, and its line in the log. */
export interface LogLine {
  readonly event: LogEvent;
  readonly text: string;
}

/** `run`: lines of other runs are left out. */
export function parseLog(text: string, run: string): LogLine[] {
  const lines: LogLine[] = [];
  for (let start = 0; ;) {
    const end = text.indexOf('\n', start);
    if (end < 0) return lines;
    const line = text.slice(start, end);
    start = end + 1;
    const event = parseLine(line);
    if (event?.run === run) lines.push({ event, text: line });
  }
}

function parseLine(line: string): LogEvent | undefined {
  try {
    return JSON.parse(line) as LogEvent;
  } catch {
    return undefined;
  }
}

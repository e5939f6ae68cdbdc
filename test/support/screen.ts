// A terminal of tests: it keeps what a display leaves on the screen.
import { renderColour } from '../../src/cli/terminal/colour.ts';
import type { Terminal } from '../../src/cli/terminal/terminal.ts';
import type { LogEvent } from '../../src/events/event.ts';

export interface Screen {
  readonly terminal: Terminal;
  /** The lines of the screen. */
  readonly text: () => string;
}

/** Knows the control sequences of the live display, and refuses others. */
export function screen(columns = 60): Screen {
  const lines = [''];
  let row = 0;
  let column = 0;
  const put = (character: string): void => {
    const line = lines[row] ?? '';
    lines[row] = line.slice(0, column).padEnd(column) + character + line.slice(column + 1);
    column += 1;
  };
  const write = (text: string): void => {
    for (const part of text.match(/\u001b\[\d*[A-Z]|[^]/gu) ?? []) {
      if (part === '\n') {
        row += 1;
        column = 0;
        lines[row] ??= '';
      } else if (part === '\r') column = 0;
      else if (part === '\u001b[1A') row = Math.max(0, row - 1);
      else if (part === '\u001b[2K') lines[row] = '';
      else if (part.startsWith('\u001b')) throw new Error(`the screen does not know ${JSON.stringify(part)}`);
      else put(part);
    }
  };
  const terminal: Terminal = {
    out: () => undefined,
    err: (text) => {
      write(renderColour(text, false));
    },
    control: write,
    outIsTerminal: true,
    errIsTerminal: true,
    canPrompt: false,
    columns: () => columns,
    flush: () => Promise.resolve(undefined),
  };
  // Empty lines below the cursor are the rest of what was cleared.
  const text = (): string =>
    lines
      .slice(
        0,
        1 +
          Math.max(
            row,
            lines.findLastIndex((line) => line !== ''),
          ),
      )
      .join('\n');
  return { terminal, text };
}

/** A log that a display follows. It knows one secret: `hidden`. */
export interface FollowedLog {
  readonly log: { redact(text: string): string; follow(listener: (event: LogEvent) => void): () => void };
  readonly emit: (run: { readonly events: readonly LogEvent[] }) => void;
}

export function followedLog(): FollowedLog {
  let listener: (event: LogEvent) => void = () => undefined;
  return {
    log: {
      redact: (text) => text.replaceAll('hidden', '<redacted:KEY>'),
      follow: (one) => {
        listener = one;
        return () => undefined;
      },
    },
    emit: ({ events }) => {
      for (const event of events) listener(event);
    },
  };
}

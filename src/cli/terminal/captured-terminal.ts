// Captures what a command prints, for a caller that is another program.
import { renderColour } from './colour.ts';
import type { RemoteCaller, Terminal } from './terminal.ts';

export interface CapturedTerminal {
  readonly terminal: Terminal;
  /** What the command has written to stdout. */
  readonly output: () => string;
}

/** `log` gets what the command writes to stderr. */
export function captureTerminal(caller: RemoteCaller, log: (text: string) => void): CapturedTerminal {
  const written: string[] = [];
  return {
    terminal: {
      out: (text) => void written.push(renderColour(text, false)),
      err: (text) => {
        log(renderColour(text, false));
      },
      control: () => undefined,
      outIsTerminal: false,
      errIsTerminal: false,
      canPrompt: caller.confirm !== undefined,
      columns: () => 80,
      flush: () => Promise.resolve(undefined),
      caller,
    },
    output: () => written.join(''),
  };
}

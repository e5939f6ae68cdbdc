// Makes a terminal that records its output without colour.
import { renderColour } from '../../src/cli/terminal/colour.ts';
import type { Terminal } from '../../src/cli/terminal/terminal.ts';

export interface RecordingTerminal extends Terminal {
  /** The output to stdout and to stderr so far. */
  readonly printed: { out: string; err: string };
}

export function recordingTerminal(): RecordingTerminal {
  const printed = { out: '', err: '' };
  return {
    printed,
    out: (text) => {
      printed.out += renderColour(text, false);
    },
    err: (text) => {
      printed.err += renderColour(text, false);
    },
    control: () => undefined,
    outIsTerminal: false,
    errIsTerminal: false,
    canPrompt: false,
    columns: () => 80,
    flush: () => Promise.resolve(undefined),
  };
}

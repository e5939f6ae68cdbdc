// A terminal that keeps what it is told, without colour.
import { applyPaint } from '../../src/cli/terminal/colour.ts';
import type { Terminal } from '../../src/cli/terminal/terminal.ts';

export interface RecordingTerminal extends Terminal {
  /** What came to stdout and to stderr so far. */
  readonly printed: { out: string; err: string };
}

export function recordingTerminal(): RecordingTerminal {
  const told = { out: '', err: '' };
  return {
    printed: told,
    out: (text) => {
      told.out += applyPaint(text, false);
    },
    err: (text) => {
      told.err += applyPaint(text, false);
    },
    control: () => undefined,
    outIsTerminal: false,
    errIsTerminal: false,
    canAsk: false,
    columns: () => 80,
    flushed: () => Promise.resolve(undefined),
  };
}

// The only writer to stdout and stderr. A reader that closes its end stops the writing, not the program; any other
// failure to write a result is reported.
import { setImmediate } from 'node:timers/promises';
import { isatty } from 'node:tty';
import { renderColour } from './colour.ts';
import { escapeControls } from './escape.ts';

export interface Terminal {
  /** Writes a result. A pipe gets every byte as it is; for a terminal, control characters are escaped. */
  out(text: string): void;
  /** Everything else. */
  err(text: string): void;
  /** Control sequences of our own, for the live display. */
  control(text: string): void;
  readonly outIsTerminal: boolean;
  /** A terminal that can clear a line. */
  readonly errIsTerminal: boolean;
  /** Whether a prompt is possible: stdin and stderr are terminals. */
  readonly canPrompt: boolean;
  /** Width of the screen in characters. */
  columns(): number;
  /** Resolves when everything written has left this process; to the reason why results could not, if there is one. */
  flush(): Promise<Error | undefined>;
}

export function openTerminal(colour: boolean): Terminal {
  const { stdout, stderr } = process;
  let lost: Error | undefined;
  for (const stream of [stdout, stderr]) {
    // Where stderr cannot be written, no failure can be reported.
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (stream === stdout && !isClosed(error)) lost ??= error;
    });
  }
  const outIsTerminal = stdout.isTTY;
  const outColour = colour && outIsTerminal;
  return {
    out: (text) => void stdout.write(renderColour(outIsTerminal ? escapeControls(text) : text, outColour)),
    err: (text) => void stderr.write(renderColour(escapeControls(text), colour)),
    control: (text) => void stderr.write(text),
    outIsTerminal,
    errIsTerminal: stderr.isTTY && process.env['TERM'] !== 'dumb',
    canPrompt: isatty(0) && stderr.isTTY,
    columns: () => (stderr.isTTY ? stderr.columns : 80),
    flush: async () => {
      await Promise.all([drained(stdout), drained(stderr)]);
      // A failure of a write is known one turn after it.
      await setImmediate();
      return lost;
    },
  };
}

/** Colour is for terminals, and for those who want it. */
export function isColourEnabled(env: NodeJS.ProcessEnv, refused: boolean): boolean {
  if (refused || (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb') return false;
  return process.stderr.isTTY;
}

function isClosed({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED';
}

function drained(stream: NodeJS.WriteStream): Promise<void> {
  if (stream.destroyed || !stream.writable || stream.writableLength === 0) return Promise.resolve();
  return new Promise((resolve) => {
    stream.once('error', () => {
      resolve();
    });
    stream.write('', () => {
      resolve();
    });
  });
}

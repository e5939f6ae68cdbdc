// Writes to stdout and stderr; no other file does. A closed reader ends the output and not the program. Every other
// failure to write a result is reported.
import { setImmediate } from 'node:timers/promises';
import { isatty } from 'node:tty';
import { renderColour } from './colour.ts';
import { escapeControls } from '../../values/escape-text.ts';

/** A program that called the command, in place of a person at a terminal. */
export interface RemoteCaller {
  /** Aborted with a PflowError when the command is to stop. */
  readonly signal: AbortSignal;
  /** Answers a prompt; absent where it cannot. */
  readonly confirm?: (prompt: string) => Promise<boolean>;
  /** Called when a run starts, with the path of its log. */
  readonly runStarted: (run: string, path: string | undefined) => void;
}

export interface Terminal {
  /** Absent where a person called the command. */
  readonly caller?: RemoteCaller;
  /** Writes results. Text for a terminal is escaped; a pipe gets every byte unchanged. */
  out(text: string): void;
  /** Writes everything else, escaped. */
  err(text: string): void;
  /** Writes control sequences of the live display to stderr. */
  control(text: string): void;
  readonly outIsTerminal: boolean;
  /** stderr is a terminal that can clear a line. */
  readonly errIsTerminal: boolean;
  /** A prompt can be shown and answered: stdin and stderr are terminals. */
  readonly canPrompt: boolean;
  /** Width of the screen in characters. */
  columns(): number;
  /** Resolves once all output has left this process: to the error if results were lost, else to undefined. */
  flush(): Promise<Error | undefined>;
}

export function openTerminal(colour: boolean): Terminal {
  const { stdout, stderr } = process;
  let writeError: Error | undefined;
  for (const stream of [stdout, stderr]) {
    // A failure of stderr cannot be reported anywhere.
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (stream === stdout && !isClosed(error)) writeError ??= error;
    });
  }
  const outIsTerminal = stdout.isTTY;
  const outColour = colour && (outIsTerminal || isColourForced(process.env));
  const errColour = colour && (stderr.isTTY || isColourForced(process.env));
  return {
    out: (text) => void stdout.write(renderColour(outIsTerminal ? escapeControls(text) : text, outColour)),
    err: (text) => void stderr.write(renderColour(escapeControls(text), errColour)),
    control: (text) => void stderr.write(text),
    outIsTerminal,
    errIsTerminal: stderr.isTTY && process.env['TERM'] !== 'dumb',
    canPrompt: isatty(0) && stderr.isTTY,
    columns: () =>
      columnsIn(process.env) ?? (stdout.isTTY ? stdout.columns : stderr.isTTY ? stderr.columns : 80),
    flush: async () => {
      await Promise.all([drain(stdout), drain(stderr)]);
      // A failed write is reported one turn after it.
      await setImmediate();
      return writeError;
    },
  };
}

/** True for a terminal or FORCE_COLOR, unless `--no-color`, NO_COLOR or TERM=dumb turn colour off. */
export function isColourEnabled(env: NodeJS.ProcessEnv, hasNoColorFlag: boolean): boolean {
  if (hasNoColorFlag || (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb') return false;
  return process.stderr.isTTY || process.stdout.isTTY || isColourForced(env);
}

/** FORCE_COLOR turns colour on for pipes too, as CI servers want it. */
function isColourForced(env: NodeJS.ProcessEnv): boolean {
  const forced = env['FORCE_COLOR'];
  return forced !== undefined && forced !== '0' && forced !== 'false';
}

/** COLUMNS wins over the size of the screen. */
function columnsIn(env: NodeJS.ProcessEnv): number | undefined {
  const columns = Number(env['COLUMNS'] ?? '');
  return Number.isInteger(columns) && columns >= 20 ? columns : undefined;
}

function isClosed({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED';
}

function drain(stream: NodeJS.WriteStream): Promise<void> {
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

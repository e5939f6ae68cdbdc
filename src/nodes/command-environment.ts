// Makes the environment of a command. What no process can be given is refused before anything starts.
import type { CommandVariable } from '../flow/context.ts';
import { NodeFailure } from '../flow/node-failure.ts';
import { textOrJson } from './text-or-value.ts';

/** The limit of Linux for one variable. Its name and the byte that ends it count. */
const MAX_BYTES = 128 * 1024;

const STDIN_HINT = 'Hand it over in "stdin", which has no limit.';

export interface CommandEnvironment {
  readonly inherited: Readonly<Record<string, string | undefined>>;
  /** The param of the node. */
  readonly env: Readonly<Record<string, unknown>>;
  /** Values of the templates in the command. */
  readonly variables: readonly CommandVariable[];
}

/** Throws a NodeFailure that names the value which cannot be handed over. */
export function createEnvironment(given: CommandEnvironment): Record<string, string | undefined> {
  const environment = { ...given.inherited };
  for (const [name, value] of Object.entries(given.env)) {
    environment[name] = requireVariable(name, value === null ? '' : textOrJson(value), `env.${name}`);
  }
  for (const { name, value, template } of given.variables) {
    environment[name] = requireVariable(name, value, `the value of ${template}`);
  }
  return environment;
}

export function requireCommand(command: string): void {
  if (command.includes('\0')) throw notHandedOverError('the command has a NUL character, which ends a text');
  const bytes = Buffer.byteLength(command) + 1;
  if (bytes > MAX_BYTES) throw tooLargeError('the command', bytes);
}

/** Explains why the system did not start a process with these variables. */
export function explainStartFailure(
  error: unknown,
  environment: Readonly<Record<string, string | undefined>>,
): NodeFailure {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code !== 'E2BIG') return new NodeFailure(message);
  let bytes = 0;
  for (const [name, value = ''] of Object.entries(environment)) bytes += byteLength(name, value);
  return new NodeFailure(
    `its variables have ${String(bytes)} bytes together, more than the system takes ` +
      '(2 MiB on most systems; "getconf ARG_MAX" prints the limit)',
    { hint: 'Hand over the large values in "stdin", which has no limit.' },
  );
}

/** Of a variable with the characters around its value: `NAME=value`, and the byte that ends it. */
function byteLength(name: string, value: string): number {
  return Buffer.byteLength(name) + Buffer.byteLength(value) + 2;
}

function requireVariable(name: string, value: string, shown: string): string {
  if (value.includes('\0')) {
    throw notHandedOverError(`${shown} has a NUL character, which ends a variable`);
  }
  if (/\p{Surrogate}/u.test(value)) {
    throw notHandedOverError(`${shown} has half of a character (a lone surrogate), which has no bytes`);
  }
  const bytes = byteLength(name, value);
  if (bytes > MAX_BYTES) throw tooLargeError(shown, bytes);
  return value;
}

function tooLargeError(shown: string, bytes: number): NodeFailure {
  const limit = `${String(MAX_BYTES / 1024)} KiB`;
  return notHandedOverError(`${shown} has ${String(bytes)} bytes; a process takes at most ${limit}`);
}

function notHandedOverError(reason: string): NodeFailure {
  return new NodeFailure(reason, { hint: STDIN_HINT });
}

// Finds a hint for a failure that has none of its own.
import { NodeFailure } from '../flow/node-failure.ts';

/** By exit code of a command. The shell has 126 and 127; 137 is that of SIGKILL. */
const EXIT_HINTS: Readonly<Record<number, string>> = {
  126: 'The file is not executable: chmod +x, or name its interpreter before it.',
  127: 'The shell did not find the command: install it, or write its whole path.',
  137: 'It was killed; most often the machine has no memory left.',
};

const STATUS_HINTS: Readonly<Record<number, string>> = {
  401: 'The server wants a login: check the header "authorization", and that its token is valid.',
  403: 'The server refuses this user: check the permissions of its token.',
  404: 'The server does not know this address: check the url with its path and its ids.',
  405: 'The address does not take this method: check "method".',
  413: 'The body is too large for the server: send less, or in parts.',
  429: 'Too many requests: wait, lower "max_concurrent" of a batch, or {retry} of the node.',
};

/** By code of the operating system. */
const SYSTEM_HINTS: Readonly<Record<string, string>> = {
  ENOENT: 'Check the path; a relative path is resolved from the folder of the run.',
  EACCES: 'Change the permissions of the file, or run as a user that has them.',
  EPERM: 'Change the permissions of the file, or run as a user that has them.',
  EISDIR: 'Name a file in the folder.',
  ENOSPC: 'Free some space on the disk, or choose another one.',
  ECONNREFUSED: 'Nothing listens there: check the host and the port, and that the server runs.',
  ENOTFOUND: 'Check the name of the host, and the network.',
};

/** Returns undefined where nothing specific is known. */
export function failureHint(cause: unknown): string | undefined {
  if (!(cause instanceof NodeFailure)) return undefined;
  const { outputs } = cause;
  const { exit_code, status_code } = outputs;
  if (typeof exit_code === 'number') return exitHint(exit_code, outputs);
  if (typeof status_code === 'number') {
    const wasRepeated = /^after \d+ attempts: /u.test(cause.message);
    return statusHint(status_code)?.replace('{retry}', wasRepeated ? 'raise "retry"' : 'set "retry"');
  }
  return SYSTEM_HINTS[systemCodeOf(cause.cause) ?? ''];
}

function exitHint(code: number, { stdout, stderr }: NodeFailure['outputs']): string | undefined {
  const known = EXIT_HINTS[code];
  if (known !== undefined || code < 0) return known;
  const accept = `"ok_exit_codes": [0, ${String(code)}] accepts it`;
  const isSilent = stdout === '' && stderr === '';
  if (code === 1 && isSilent)
    return `It wrote nothing. For grep, diff and test exit code 1 means no: ${accept}.`;
  const output = isSilent ? 'It wrote nothing.' : 'Its output names the reason.';
  return `${output} If exit code ${String(code)} is not a failure, ${accept}.`;
}

function statusHint(status: number): string | undefined {
  const known = STATUS_HINTS[status];
  if (known !== undefined) return known;
  if (status >= 500) return 'The server failed: try again later, or {retry} of the node.';
  if (status < 400) return 'If this answer is right, name it in "expect".';
  return 'The server refuses the request: its answer names the reason.';
}

function systemCodeOf(error: unknown): string | undefined {
  const { code, cause } = (error ?? {}) as { readonly code?: unknown; readonly cause?: unknown };
  if (typeof code === 'string' && Object.hasOwn(SYSTEM_HINTS, code)) return code;
  return cause === undefined ? undefined : systemCodeOf(cause);
}

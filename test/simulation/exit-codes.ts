// The exit codes of stopped runs, as docs/errors.md has them.
import type { StopSignal } from '../../src/run/interruption.ts';

export const EXIT_CODES_OF_SIGNALS: Readonly<Record<StopSignal, number>> = {
  SIGHUP: 129,
  SIGINT: 130,
  SIGQUIT: 131,
  SIGTERM: 143,
};

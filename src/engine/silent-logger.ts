// Keeps the messages of DBOS from the terminal: what matters to a user is reported by pflow.
import type { DLogger } from '@dbos-inc/dbos-sdk';

export function createSilentLogger(): DLogger {
  const drop = (): void => undefined;
  return { info: drop, debug: drop, warn: drop, error: drop };
}

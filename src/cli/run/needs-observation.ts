// Whether anybody looks on. Without an onlooker there is no log, and none of its code is loaded.
import type { RunOptions } from './run-options.ts';

export function needsObservation(
  flags: RunOptions,
  env: Readonly<Record<string, string | undefined>>,
  { live, limited }: { readonly live: boolean; readonly limited: boolean },
): boolean {
  return (
    live ||
    flags.outputFormat === 'json' ||
    flags.trace === true ||
    flags.tracePlanner === true ||
    flags.log !== undefined ||
    limited ||
    (env['PFLOW_LOG_DIR'] ?? '') !== ''
  );
}

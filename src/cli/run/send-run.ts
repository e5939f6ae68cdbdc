// Sends a run to an OpenTelemetry receiver once it has ended. The receiver cannot fail the run, nor hold it up for
// long.
import { startFold } from '../../../projections/fold.ts';
import { createRuns } from '../../../projections/runs/projection.ts';
import { createTimeline } from '../../../projections/timeline/projection.ts';
import type { Pricing } from '../../../projections/pricing/create-pricing.ts';
import { PflowError } from '../../errors.ts';
import type { EventLog } from '../../log/write/event-log.ts';
import { otlpOptionsOf, protocolOf, requireEndpoint } from '../export/otlp-endpoint.ts';
import { sendOtlp } from '../export/send-otlp.ts';
import { formatLabelledLine } from '../terminal/format.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** A run ends at most this much later. */
const LIMIT_MS = 5_000;

export interface SentRun {
  readonly log: Pick<EventLog, 'follow'>;
  readonly pricing: Pricing;
}

export interface RunReceiver {
  readonly endpoint: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Prints nothing but warnings. */
  readonly isQuiet: boolean;
  /** By default 5 s. */
  readonly limitMs?: number;
}

/** Throws USAGE for what is not an address. */
export function requireReceiver(endpoint: string): void {
  requireEndpoint(endpoint, '--otlp');
}

/** Folds the run from now on. Returns the function that sends what was folded; it never throws. */
export function openSender(
  { log, pricing }: SentRun,
  { endpoint, env, isQuiet, limitMs = LIMIT_MS }: RunReceiver,
): (terminal: Terminal) => Promise<void> {
  const rows = startFold(createRuns({ pricing }));
  const timeline = startFold(createTimeline({ pricing }));
  log.follow((event) => {
    rows.add(event);
    timeline.add(event);
  });
  return async (terminal) => {
    const [row] = rows.result();
    if (row === undefined) return;
    const run = { row, timeline: timeline.result(), words: new Map() };
    const target = { endpoint, env, protocol: protocolOf(undefined, env), limitMs };
    try {
      const refused = await sendOtlp([run], target, otlpOptionsOf(env));
      for (const text of refused) terminal.err(formatLabelledLine('warning', text));
      if (!isQuiet) terminal.err(`otlp   sent to ${new URL(endpoint).origin}\n`);
    } catch (error) {
      if (!(error instanceof PflowError)) throw error;
      terminal.err(formatLabelledLine('warning', `${error.code}: ${error.message}`));
    }
  };
}

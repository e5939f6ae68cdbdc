// Runs `pflow verify` and `pflow replay` on a damaged log and keeps what both report.
import { printProjections, type ReplayCommandOptions } from '../../src/cli/replay/print-projections.ts';
import type { CheckedLog, VerifyDocument } from '../../src/cli/verify/verify-document.ts';
import { verifyLogs } from '../../src/cli/verify/verify-logs.ts';
import { PflowError } from '../../src/errors.ts';
import { startReplay } from '../../src/replay/threads.ts';
import { recordingTerminal } from './recording-terminal.ts';

export interface DamageOutcome {
  readonly verify: Pick<CheckedLog, 'state' | 'findings' | 'notes'> & { readonly exit: number };
  /** The error, or figures of the metrics and the text on stderr. */
  readonly replay: unknown;
}

const REPLAY: ReplayCommandOptions = {
  project: ['metrics'],
  run: 'all',
  pricing: [],
  unknownModel: 'fallback',
  format: 'json',
};

/** Replaces the path by `name`, so that results do not depend on the machine. */
export async function replayDamagedLog(path: string, name: string): Promise<DamageOutcome> {
  const outcome = { verify: await verified(path), replay: await replayed(path) };
  return JSON.parse(JSON.stringify(outcome).replaceAll(path, name)) as DamageOutcome;
}

async function verified(path: string): Promise<DamageOutcome['verify']> {
  const terminal = recordingTerminal();
  const exit = await verifyLogs([path], { format: 'json' }, terminal);
  const [checked] = (JSON.parse(terminal.printed.out) as VerifyDocument).logs;
  const { state, findings, notes } = checked ?? { state: 'ok' as const, findings: [], notes: [] };
  return { exit, state, findings, notes };
}

async function replayed(path: string): Promise<unknown> {
  const terminal = recordingTerminal();
  try {
    await printProjections(startReplay([path], REPLAY), REPLAY, terminal);
  } catch (error) {
    if (error instanceof PflowError) return `${error.code}: ${error.message}`;
    throw error;
  }
  const { status, complete, total_cost_usd, num_nodes, log } = JSON.parse(terminal.printed.out) as Record<
    string,
    unknown
  >;
  return { status, complete, total_cost_usd, num_nodes, log, stderr: terminal.printed.err };
}

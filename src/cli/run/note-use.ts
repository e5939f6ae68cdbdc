// Counts the run of a saved workflow. A home that cannot be written is no reason for a run to fail, and nothing that
// anybody needs to hear of who has not asked.
import type { RunOutcome } from '../../run/run-request.ts';
import type { RunFlags } from '../commands/run.ts';
import { homeFolder } from '../home.ts';
import type { Terminal } from '../terminal.ts';
import { recordUse } from '../saved/record-use.ts';
import type { Observation } from './observe-run.ts';

export interface RunFacts {
  /** The name under which the workflow is saved. */
  readonly savedAs: string;
  readonly status: RunOutcome['status'];
  readonly durationMs: number;
  /** Without one the run had no execution id. */
  readonly observation: Pick<Observation, 'log'> | undefined;
}

export function noteUse(
  { savedAs, status, durationMs, observation }: RunFacts,
  flags: RunFlags,
  terminal: Terminal,
): void {
  try {
    recordUse(homeFolder(process.env), savedAs, {
      status,
      duration_ms: Math.round(durationMs * 100) / 100,
      ...(observation === undefined ? {} : { run: observation.log.run }),
    });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (flags.verbose === true) terminal.err(`note   this run of ${savedAs} was not counted: ${message}\n`);
  }
}

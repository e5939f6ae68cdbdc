// Runs `pflow cancel`: no further node of these runs starts, and the nodes that run are aborted.
import { databaseUrl } from '../../engine/database.ts';
import { StoredRuns } from '../../engine/stored-runs.ts';
import type { Terminal } from '../terminal/terminal.ts';

export async function cancelRuns(
  named: readonly string[],
  { database }: { readonly database?: string },
  terminal: Terminal,
): Promise<number> {
  const stored = await StoredRuns.open(databaseUrl(database, process.env));
  try {
    for (const { run, state } of await stored.list(named)) {
      if (state === 'ended') {
        terminal.err(`note   run ${run} has ended\n`);
        continue;
      }
      await stored.cancel(run);
      terminal.out(`${JSON.stringify({ run })}\n`);
    }
  } finally {
    await stored.close();
  }
  return 0;
}

// Follows the list of runs: a page over many runs is loaded again when another run starts, spends or ends.
import { createHash } from 'node:crypto';
import type { ListedRuns } from '../../replay/list-runs.ts';
import type { PageMessage } from './page-server.ts';
import { waitFor } from './poll.ts';

const POLL_MS = 1_000;

/** Changes with the rows, but not with the time that a run takes. */
export function listVersion({ runs, notes }: ListedRuns): string {
  const rows = runs.map((run) => [run.run, run.status, run.cost_usd, run.calls, run.file]);
  return createHash('sha256')
    .update(JSON.stringify([rows, notes]))
    .digest('hex')
    .slice(0, 16);
}

/** `since`: the version of the page. */
export async function* followList(
  list: () => Promise<ListedRuns>,
  since: string,
  signal: AbortSignal,
): AsyncGenerator<PageMessage> {
  let version = since;
  do {
    const now = listVersion(await list());
    if (now !== version) yield { event: 'reload', id: now, data: '' };
    version = now;
  } while (await waitFor(POLL_MS, signal));
}

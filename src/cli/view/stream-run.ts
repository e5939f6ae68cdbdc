// Follows the log of a run: sends new lines, with the facts of its page.
import { statSync } from 'node:fs';
import type { RunUpdate } from '../../page/page-facts.ts';
import { isWriterAlive } from '../../replay/live-writer.ts';
import { listRuns, type ListedRun } from '../../replay/list-runs.ts';
import { readPageRun, type PageRun, type PageSource } from '../report/page-run.ts';
import { notesAboutLog } from '../show/find-run.ts';
import type { PageMessage } from './page-server.ts';
import { waitFor } from './poll.ts';

const POLL_MS = 250;
/** The pause after reading a log, as a multiple of the time of reading. */
const PAUSES = 4;

export interface FollowedPage {
  readonly source: Omit<PageSource, 'notes'>;
  /** Of these messages, for the page. */
  readonly address: string;
  /** How many events the page has. */
  readonly since: number;
}

/** Ends with the run. A page that must start again gets the message `reload`. */
export async function* streamRun(
  run: ListedRun,
  { source, address, since }: FollowedPage,
  signal: AbortSignal,
): AsyncGenerator<PageMessage> {
  let count = since;
  let seen = '';
  let pause = POLL_MS;
  do {
    const version = versionOf(run.file);
    if (version === seen && isWriterAlive(run)) continue;
    seen = version;
    const start = performance.now();
    const read = await readAgain(run, source);
    pause = Math.max(POLL_MS, (performance.now() - start) * PAUSES);
    const fresh = read === undefined ? undefined : linesAfter(count, read);
    if (read === undefined || fresh === undefined) {
      yield { event: 'reload', id: String(count), data: '' };
      return;
    }
    const isRunning = read.facts.status === 'running';
    if (fresh.length === 0 && isRunning) continue;
    count += fresh.length;
    const update: RunUpdate = {
      facts: isRunning ? { ...read.facts, follow: address } : read.facts,
      lines: fresh,
    };
    yield { event: 'update', id: String(count), data: JSON.stringify(update) };
    if (!isRunning) return;
  } while (await waitFor(pause, signal));
}

function versionOf(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false });
  return `${String(stats?.size)} ${String(stats?.mtimeMs)} ${String(stats?.ino)}`;
}

/** Undefined if the log has the run no longer. */
async function readAgain(
  { run: id, file }: ListedRun,
  source: FollowedPage['source'],
): Promise<PageRun | undefined> {
  const log = { path: file, weight: 0, isFound: true };
  const { runs, notes } = await listRuns({ logs: [log], unread: [], notes: [] }, source.pricing);
  const run = runs.find((one) => one.run === id);
  return run === undefined ? undefined : readPageRun(run, { ...source, notes: notesAboutLog(notes, run) });
}

/** Undefined if the lines are not simply those of the page and more. A torn tail may still grow. */
function linesAfter(count: number, { log, events, hasOtherLines }: PageRun): string[] | undefined {
  if (hasOtherLines) return undefined;
  const lines = log.toString().split('\n').slice(0, -1);
  return lines.length !== events.length || lines.length < count ? undefined : lines.slice(count);
}

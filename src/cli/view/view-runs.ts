// Serves pages about runs to browsers on this machine, until it is stopped.
import { statSync } from 'node:fs';
import { loadPricing, readPriceSources } from '../../home/prices/pricing.ts';
import { timeZone } from '../../replay/time-zone.ts';
import { Interruption } from '../../run/interruption.ts';
import { findRun } from '../show/find-run.ts';
import { exitCodeOfSignal, stopOnRequest } from '../terminal/signals.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { startPageServer } from './page-server.ts';
import { pageKey, RunSite } from './run-site.ts';

export interface ViewOptions {
  readonly port?: number;
  readonly timeZone: string;
  readonly pricing?: string;
  readonly verbose?: boolean;
}

export interface ViewedRuns {
  /** What the user named; undefined for all runs of `logs`. */
  readonly reference: string | undefined;
  /** Where to look for it. */
  readonly logs: () => readonly string[];
  /** Places that the user named beside it. */
  readonly given?: readonly string[];
}

/** Returns the exit code of the signal that stopped it. */
export async function viewRuns(
  { reference, logs, given = [] }: ViewedRuns,
  options: ViewOptions,
  terminal: Terminal,
): Promise<number> {
  const files = options.pricing === undefined ? [] : [options.pricing];
  const pricing = loadPricing({ files });
  const sources = { pricing, zone: timeZone(options.timeZone), prices: readPriceSources(files) };
  let places: readonly string[];
  let path = '';
  if (reference === undefined) places = logs();
  else if (kindOf(reference) === 'folder') places = [reference, ...given];
  else {
    places = kindOf(reference) === 'file' ? [reference] : logs();
    const { run } = await findRun(reference, logs, pricing);
    path = `runs/${pageKey(run.run)}.html`;
  }
  const site = new RunSite(places, sources);
  // A place without a run is refused now, and not in the browser.
  await site.list();
  const controller = new AbortController();
  const release = stopOnRequest(controller, terminal.caller);
  try {
    const server = await startPageServer(site, { port: options.port ?? 0, signal: controller.signal });
    terminal.out(`${server.address}${path}\n`);
    terminal.err('served on this machine only, until Ctrl-C\n');
    await server.closed;
  } finally {
    release();
  }
  const reason: unknown = controller.signal.reason;
  if (reason instanceof Interruption) return exitCodeOfSignal(reason.signal);
  throw reason;
}

function kindOf(path: string): 'folder' | 'file' | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? undefined : stats.isDirectory() ? 'folder' : 'file';
}

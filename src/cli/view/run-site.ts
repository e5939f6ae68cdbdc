// The pages that are served: one over all runs, and one for each run. Logs are read again for every page.
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import type { Pricing } from '../../../projections/pricing/create-pricing.ts';
import type { TimeZone } from '../../../projections/tally/calendar.ts';
import type { RunModel } from '../../page/run-model.ts';
import { RunsTally } from '../../page/runs-overview.ts';
import { findLogs } from '../../replay/find-logs.ts';
import { openKeptRuns } from '../../replay/kept-runs.ts';
import { listRuns, type ListedRun, type ListedRuns } from '../../replay/list-runs.ts';
import { readPageRun } from '../report/page-run.ts';
import { runPage } from '../report/run-page.ts';
import { runsPage } from '../report/runs-page.ts';
import { earlierRuns, notesAboutLog } from '../show/find-run.ts';
import { followList, listVersion } from './follow-list.ts';
import { streamRun } from './stream-run.ts';
import type { PageMessage, Site } from './page-server.ts';
import type { PriceSources } from '../../../projections/pricing/books/price-sources.ts';

export interface SiteSources {
  readonly pricing: Pricing;
  readonly zone: TimeZone;
  readonly prices: PriceSources;
}

/** Runs whose models and nodes are added up: the latest. */
const TALLIED = 100;

const LIST = { page: '', events: 'events' } as const;
const RUN = /^runs\/([\w-]+)\.(html|events)$/u;

/** A log may have any text as the id of its run. */
export function pageKey(run: string): string {
  if (/^[\w-]{1,100}$/u.test(run)) return run;
  return `run-${createHash('sha256').update(run).digest('hex').slice(0, 16)}`;
}

type TalliedRun = Pick<RunModel, 'row' | 'cost' | 'steps'>;

export class RunSite implements Site {
  private readonly places: readonly string[];
  private readonly sources: SiteSources;
  /** By run: what is added up, of the log as it was. */
  private readonly tallied = new Map<string, { readonly version: string; readonly model: TalliedRun }>();

  /** `places`: logs and folders of logs. */
  constructor(places: readonly string[], sources: SiteSources) {
    this.places = places;
    this.sources = sources;
  }

  /** Throws what finding and reading logs throws. */
  list(): Promise<ListedRuns> {
    const found = findLogs(this.places);
    const { pricing } = this.sources;
    return listRuns(found, pricing, openKeptRuns(found, pricing, process.env));
  }

  async page(path: string): Promise<string | undefined> {
    if (path === LIST.page) return this.listPage();
    const [, key, kind] = RUN.exec(path) ?? [];
    return key === undefined || kind !== 'html' ? undefined : this.runPage(key);
  }

  follow(path: string, since: string, signal: AbortSignal): AsyncIterable<PageMessage> | undefined {
    if (path === LIST.events) return followList(() => this.list(), since, signal);
    const [, key, kind] = RUN.exec(path) ?? [];
    return key === undefined || kind !== 'events' ? undefined : this.followRun(key, since, signal);
  }

  private async listPage(): Promise<string> {
    const listed = await this.list();
    const tally = new RunsTally();
    for (const run of listed.runs.slice(0, TALLIED)) tally.add(await this.talliedRun(run));
    const hrefs = new Map(listed.runs.map((run) => [run, `runs/${pageKey(run.run)}.html`]));
    const { zone } = this.sources;
    const follows = `${LIST.events}?since=${listVersion(listed)}`;
    const isPart = listed.runs.length > TALLIED;
    const page = { places: this.places, ...listed, tally, zone, hrefs, follows };
    return runsPage({ ...page, tallied: isPart ? TALLIED : listed.runs.length });
  }

  private async talliedRun(run: ListedRun): Promise<TalliedRun> {
    const { size, mtimeMs } = statSync(run.file);
    const version = `${run.file} ${String(size)} ${String(mtimeMs)} ${run.status}`;
    const known = this.tallied.get(run.run);
    if (known?.version === version) return known.model;
    const { row, cost, steps } = (await readPageRun(run, { ...this.sources, notes: [], earlier: [] })).model;
    const model = { row, cost, steps };
    this.tallied.set(run.run, { version, model });
    return model;
  }

  private async find(key: string): Promise<{ run: ListedRun; listed: ListedRuns } | undefined> {
    const listed = await this.list();
    const run = listed.runs.find((one) => pageKey(one.run) === key);
    return run === undefined ? undefined : { run, listed };
  }

  private async runPage(key: string): Promise<string | undefined> {
    const found = await this.find(key);
    if (found === undefined) return undefined;
    const { run, listed } = found;
    const source = {
      ...this.sources,
      notes: notesAboutLog(listed.notes, run),
      earlier: earlierRuns(run, listed.runs),
    };
    const read = await readPageRun(run, source);
    const isFollowed = run.status === 'running';
    const facts = isFollowed ? { ...read.facts, follow: `${key}.events` } : read.facts;
    return runPage({ ...read, facts }, this.sources.prices);
  }

  private async *followRun(key: string, since: string, signal: AbortSignal): AsyncGenerator<PageMessage> {
    const found = await this.find(key);
    if (found === undefined) return;
    const { run, listed } = found;
    const source = { ...this.sources, earlier: earlierRuns(run, listed.runs) };
    yield* streamRun(run, { source, address: `${key}.events`, since: Number(since) }, signal);
  }
}

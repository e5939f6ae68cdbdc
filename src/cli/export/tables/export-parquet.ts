// Writes runs as Parquet tables in a folder, one part for each day. Runs that the folder has are left out.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { dayOf, parseInstant } from '../../../../projections/pricing/instant.ts';
import type { PricingInfo } from '../../../../projections/pricing/create-pricing.ts';
import { PflowError } from '../../../errors.ts';
import { createFile, createOutputFolder, writeOutput } from '../../../home/write-file.ts';
import { hashHost } from '../../../log/write/log-host.ts';
import { isWriterAlive } from '../../../replay/live-writer.ts';
import type { ListedRun } from '../../../replay/list-runs.ts';
import { VERSION } from '../../../version.ts';
import { encodeParquet } from './parquet-bytes.ts';
import { readColumn } from './read-column.ts';
import { readTables, type CollectedTables, type RunTables } from './read-tables.ts';
import { TABLES, type TableName } from './columns.ts';

/** Rows that are kept in memory before they are written. */
const MOST_ROWS = 250_000;
const DAY = /^day=\d{4}-\d{2}-\d{2}$/u;
/** An `open` part has runs without an end, which a later export replaces. */
const PART = /^(?:part|open)-[0-9a-f]{16}\.parquet$/u;
const OPEN_PART = /^open-/u;
/** The runs come last: a part is whole if its runs are there. */
const ORDER: readonly TableName[] = ['nodes', 'calls', 'runs'];
const LOCK = '.pflow-export';

export interface ParquetReport {
  readonly added: number;
  /** Runs that the folder had before. */
  readonly known: number;
  /** Runs that go on. */
  readonly running: number;
  /** Amounts with more than 18 decimals. */
  readonly rounded: number;
}

export interface TableSource {
  readonly tables: CollectedTables;
  /** Of the amounts in the tables. */
  readonly prices: PricingInfo;
}

type Rows = RunTables['rows'];

/**
 * Adds the runs to the tables in `folder`. Throws EXPORT_FAILED, also if another export writes to it, FILE_UNREADABLE
 * and FILE_UNWRITABLE.
 */
export async function exportParquet(
  runs: readonly ListedRun[],
  folder: string,
  { tables, prices }: TableSource,
): Promise<ParquetReport> {
  createOutputFolder(folder);
  const lock = join(folder, LOCK);
  takeLock(lock);
  try {
    return await addRuns(runs, folder, { tables, prices });
  } finally {
    rmSync(lock, { force: true });
  }
}

async function addRuns(
  runs: readonly ListedRun[],
  folder: string,
  { tables, prices }: TableSource,
): Promise<ParquetReport> {
  removeUnfinished(folder);
  const whole = runs.filter(({ status }) => status !== 'running');
  await removeOpenParts(folder, new Set(whole.map(({ run }) => run)));
  const known = await knownRuns(folder);
  const fresh = whole.filter(({ run }) => !known.has(run));
  const writer = new PartWriter(folder, {
    'pflow.version': VERSION,
    'pflow.prices': JSON.stringify(prices),
  });
  for await (const { run, rows } of readTables(fresh, tables)) writer.add(run, rows);
  writer.flush();
  return {
    added: fresh.length,
    known: runs.filter(({ run }) => known.has(run)).length,
    running: runs.length - whole.length,
    rounded: writer.rounded,
  };
}

/** The file names the process that exports. One that is gone left it behind. */
function takeLock(path: string): void {
  const own = JSON.stringify({ pid: process.pid, host: hashHost(), started_at: new Date().toISOString() });
  if (createFile(path, own)) return;
  const { pid, host, started_at: startedAt = null } = parseLock(path);
  if (host === hashHost() && !isWriterAlive({ pid, host, started_at: startedAt })) {
    rmSync(path, { force: true });
    if (createFile(path, own)) return;
  }
  throw new PflowError('EXPORT_FAILED', `another export writes to ${join(path, '..')}`, {
    hint: `Wait until it ends. If no export is running, remove ${path}.`,
    path,
  });
}

function parseLock(path: string): {
  readonly pid?: number;
  readonly host?: string;
  readonly started_at?: string;
} {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ReturnType<typeof parseLock>;
  } catch {
    return {};
  }
}

/** The UTC day on which a run started; 1970-01-01 without a valid time. */
function dayOfRun({ started_at }: ListedRun): string {
  return dayOf(parseInstant(started_at ?? '') ?? 0);
}

class PartWriter {
  rounded = 0;
  /** By day, and the kind of part. */
  private readonly places = new Map<string, Rows>();
  private held = 0;
  private readonly folder: string;
  private readonly metadata: Readonly<Record<string, string>>;

  constructor(folder: string, metadata: Readonly<Record<string, string>>) {
    this.folder = folder;
    this.metadata = metadata;
  }

  add(run: ListedRun, added: RunTables['rows']): void {
    const place = `${dayOfRun(run)}/${run.ended_at === null ? 'open' : 'part'}`;
    const rows = this.places.get(place);
    if (rows === undefined) this.places.set(place, added);
    for (const table of ORDER) {
      rows?.[table].append(added[table]);
      this.held += added[table].length;
    }
    if (this.held >= MOST_ROWS) this.flush();
  }

  flush(): void {
    for (const [place, rows] of this.places) this.write(place, rows);
    this.places.clear();
    this.held = 0;
  }

  private write(place: string, rows: Rows): void {
    const [day = '', kind = ''] = place.split('/');
    const ids = [...rows.runs.rows()].map(({ run }) => String(run)).sort();
    const name = `${kind}-${createHash('sha256').update(ids.join('\n')).digest('hex').slice(0, 16)}.parquet`;
    for (const table of ORDER) {
      const { bytes, rounded } = encodeParquet(rows[table], this.metadata);
      this.rounded += rounded;
      const into = join(this.folder, table, `day=${day}`);
      createOutputFolder(into);
      writeOutput(join(into, name), bytes);
    }
  }
}

function partsOf(folder: string, table: TableName): readonly string[] {
  const days = entriesOf(join(folder, table)).filter((day) => DAY.test(day));
  return days.flatMap((day) =>
    entriesOf(join(folder, table, day))
      .filter((part) => PART.test(part))
      .map((part) => join(day, part)),
  );
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Removes the parts that a killed export left: the next one writes their runs again. */
function removeUnfinished(folder: string): void {
  const whole = new Set(partsOf(folder, 'runs'));
  for (const table of Object.keys(TABLES) as TableName[])
    for (const part of partsOf(folder, table)) if (!whole.has(part)) rmSync(join(folder, table, part));
}

/** Removes the parts of runs without an end that are exported again. Their runs go first: the rest is then no part. */
async function removeOpenParts(folder: string, exported: ReadonlySet<string>): Promise<void> {
  for (const part of partsOf(folder, 'runs').filter((path) => OPEN_PART.test(basename(path)))) {
    const runs = await readColumn(join(folder, 'runs', part), 'run');
    if (runs.every((run) => exported.has(String(run)))) rmSync(join(folder, 'runs', part));
  }
  removeUnfinished(folder);
}

async function knownRuns(folder: string): Promise<ReadonlySet<unknown>> {
  const known = new Set<unknown>();
  for (const part of partsOf(folder, 'runs'))
    for (const run of await readColumn(join(folder, 'runs', part), 'run')) known.add(run);
  return known;
}

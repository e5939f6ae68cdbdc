// Writes runs as Parquet tables in a folder, one part for each day. Runs that the folder has are left out.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Pricing } from '../../../../projections/pricing/pricing.ts';
import { writeOutput } from '../../../home/write-file.ts';
import type { ListedRun } from '../../../replay/list-runs.ts';
import { VERSION } from '../../../version.ts';
import { encodeParquet } from './parquet-bytes.ts';
import { readColumn } from './read-column.ts';
import { readTables, type RunTables } from './read-tables.ts';
import { TABLES, type TableName, type TableRow } from './columns.ts';

/** So many rows are kept in memory before they are written. */
const MOST_ROWS = 250_000;
const DAY = /^day=\d{4}-\d{2}-\d{2}$/u;
const PART = /^part-[0-9a-f]{16}\.parquet$/u;
/** The runs come last: a part is whole if its runs are there. */
const ORDER: readonly TableName[] = ['nodes', 'calls', 'runs'];

export interface ParquetReport {
  readonly added: number;
  /** Runs that the folder had before. */
  readonly known: number;
  /** Runs that go on. */
  readonly running: number;
  /** Amounts with more than 18 decimals. */
  readonly rounded: number;
}

type Rows = Record<TableName, TableRow[]>;

/** Adds the runs to the tables in `folder`. Throws EXPORT_FAILED, FILE_UNREADABLE, FILE_UNWRITABLE. */
export async function exportParquet(
  runs: readonly ListedRun[],
  folder: string,
  pricing: Pricing,
): Promise<ParquetReport> {
  mkdirSync(folder, { recursive: true });
  removeUnfinished(folder);
  const known = await knownRuns(folder);
  const fresh = runs.filter(({ run, status }) => status !== 'running' && !known.has(run));
  const writer = new PartWriter(folder, {
    'pflow.version': VERSION,
    'pflow.prices': JSON.stringify(pricing.info),
  });
  for await (const { run, rows } of readTables(fresh, pricing)) writer.add(dayOf(run), rows);
  writer.flush();
  return {
    added: fresh.length,
    known: runs.filter(({ run }) => known.has(run)).length,
    running: runs.filter(({ status }) => status === 'running').length,
    rounded: writer.rounded,
  };
}

/** The UTC day on which a run started: all its rows are in that part. */
function dayOf({ started_at }: ListedRun): string {
  return started_at?.slice(0, 10) ?? '1970-01-01';
}

class PartWriter {
  rounded = 0;
  private readonly days = new Map<string, Rows>();
  private held = 0;
  private readonly folder: string;
  private readonly metadata: Readonly<Record<string, string>>;

  constructor(folder: string, metadata: Readonly<Record<string, string>>) {
    this.folder = folder;
    this.metadata = metadata;
  }

  add(day: string, added: RunTables['rows']): void {
    const rows = this.days.get(day) ?? { nodes: [], calls: [], runs: [] };
    this.days.set(day, rows);
    for (const table of ORDER) {
      for (const row of added[table]) rows[table].push(row);
      this.held += added[table].length;
    }
    if (this.held >= MOST_ROWS) this.flush();
  }

  flush(): void {
    for (const [day, rows] of this.days) this.write(day, rows);
    this.days.clear();
    this.held = 0;
  }

  private write(day: string, rows: Rows): void {
    const ids = rows.runs.map(({ run }) => String(run)).sort();
    const name = `part-${createHash('sha256').update(ids.join('\n')).digest('hex').slice(0, 16)}.parquet`;
    for (const table of ORDER) {
      const { bytes, rounded } = encodeParquet(table, rows[table], this.metadata);
      this.rounded += rounded;
      const into = join(this.folder, table, `day=${day}`);
      mkdirSync(into, { recursive: true });
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

async function knownRuns(folder: string): Promise<ReadonlySet<unknown>> {
  const known = new Set<unknown>();
  for (const part of partsOf(folder, 'runs'))
    for (const run of await readColumn(join(folder, 'runs', part), 'run')) known.add(run);
  return known;
}

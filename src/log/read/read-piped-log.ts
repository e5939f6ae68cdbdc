// Reads a log from a stream, such as stdin. Lines are split and checked as in a file, and parsed by the ndjson package
// chunk by chunk, so that memory stays bounded. The report is the same as for a file.
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { lineText, type ChecksumState } from '../line-form.ts';
import { refuseForeign } from './foreign-file.ts';
import { LineInspector, NOT_JSON } from './line-inspector.ts';
import type { HeadFields } from './line-head.ts';
import { LogChecks } from './log-checks.ts';
import { readLines, type LineHandler } from './read-lines.ts';
import { withoutLate, type ReadOptions } from './read-options.ts';
import { repeatedKeyDamage } from './repeated-keys.ts';
import type { LineDamage, Place, ReadReport, TornTail } from './reading-report.ts';

/** Path of a stream in reports. */
export const PIPED_SOURCE = 'stdin';

/** Like `readLog`, for a stream of bytes, compressed or not. */
export async function readPipedLog(
  input: AsyncIterable<Uint8Array>,
  options: ReadOptions,
): Promise<ReadReport> {
  const all = withoutLate(options);
  const checks = new LogChecks(all);
  await readLines(PIPED_SOURCE, refuseForeign(PIPED_SOURCE, input), new RowParser(checks, all));
  return checks.report();
}

type Inspected = { readonly place: Place } & (
  | { readonly kind: 'skip'; readonly hasChecksum: boolean; readonly head: HeadFields }
  | { readonly kind: 'damaged'; readonly damage: LineDamage; readonly head?: HeadFields }
  | { readonly kind: 'row'; readonly row: Row; readonly head: HeadFields }
);

interface Row {
  readonly text: string;
  readonly checksum: ChecksumState;
  readonly bytes: number;
}

class RowParser implements LineHandler {
  private readonly checks: LogChecks;
  private readonly inspector: LineInspector;
  private readonly checkKeys: boolean;
  private inspected: Inspected[] = [];

  constructor(checks: LogChecks, options: ReadOptions) {
    this.checks = checks;
    this.checkKeys = options.checkKeys === true;
    this.inspector = new LineInspector(options);
  }

  get stopped(): boolean {
    return this.checks.stopped;
  }

  onLine(bytes: Buffer, start: number, end: number, placeOf: () => Place): void {
    const inspection = this.inspector.inspect(bytes, start, end);
    const { type, run, seq } = this.inspector.head;
    const common = { head: { type, run, seq }, place: placeOf() };
    if (inspection.kind !== 'parse') {
      this.inspected.push({ ...inspection, ...common });
      return;
    }
    const { checksum } = inspection;
    const row = { text: lineText(bytes, start, end, checksum), checksum, bytes: end - start };
    this.inspected.push({ kind: 'row', row, ...common });
  }

  onDamage(damage: LineDamage, place: () => Place): void {
    this.inspected.push({ kind: 'damaged', damage, place: place() });
  }

  onTornTail(tail: TornTail): void {
    this.checks.onTornTail(tail);
  }

  async onChunkEnd(): Promise<void> {
    const { inspected } = this;
    this.inspected = [];
    const values = await parseRows(inspected.flatMap((line) => (line.kind === 'row' ? [line.row.text] : [])));
    let next = 0;
    for (const line of inspected) {
      if (this.checks.stopped) return;
      if (line.kind === 'row') this.apply(line.row, values[next++], line.head, line.place);
      else if (line.kind === 'skip') this.checks.onSkipped(line.head, line.hasChecksum, () => line.place);
      else this.checks.onDamage(line.damage, () => line.place, line.head);
    }
  }

  private apply(row: Row, value: unknown, head: HeadFields, place: Place): void {
    const damage = value === undefined ? NOT_JSON : this.checkKeys ? repeatedKeyDamage(row.text) : undefined;
    if (damage !== undefined) this.checks.onDamage(damage, () => place, head);
    else this.checks.onParsed(value, row.checksum, () => place, row.bytes);
  }
}

/** One value per row; undefined for a row that is not JSON. */
async function parseRows(rows: readonly string[]): Promise<readonly unknown[]> {
  if (rows.length === 0) return [];
  try {
    return await parseTogether(rows);
  } catch {
    // The package stops at the first bad row; parsing one by one finds which row that is.
    const values: unknown[] = [];
    for (const row of rows)
      values.push(
        await parseTogether([row]).then(
          (parsed) => parsed[0],
          () => undefined,
        ),
      );
    return values;
  }
}

async function parseTogether(rows: readonly string[]): Promise<readonly unknown[]> {
  const { default: ndjson } = await import('ndjson');
  const values: unknown[] = [];
  await pipeline(
    Readable.from([Buffer.from(`${rows.join('\n')}\n`)]),
    ndjson.parse({ strict: true }),
    async (parsed: AsyncIterable<unknown>) => {
      for await (const value of parsed) values.push(value);
    },
  );
  return values;
}

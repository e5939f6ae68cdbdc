// Reads a log that is piped in. Framing and checksums are those of the file reader; the rows are then parsed
// by the ndjson package, chunk by chunk, so that memory stays bounded. Same report as for a file.
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import ndjson from 'ndjson';
import { lineText } from '../line-form.ts';
import type { Seal } from '../line-form.ts';
import { LogChecks } from './log-checks.ts';
import type { ReadOptions } from './log-checks.ts';
import { LineInspector, NOT_JSON } from './line-checks.ts';
import type { LineDamage } from './line-checks.ts';
import type { Place, ReadReport, TornTail } from './read-report.ts';
import type { LineHandler } from './read-lines.ts';
import { readLines } from './read-lines.ts';

/** Path of a stream in reports. */
export const PIPED_SOURCE = 'stdin';

/** Like `readLog`, over a stream of bytes, packed or not. */
export async function readPipedLog(
  input: AsyncIterable<Uint8Array>,
  options: ReadOptions,
): Promise<ReadReport> {
  const audit = new LogChecks(options);
  await readLines(PIPED_SOURCE, input, new RowParser(audit, options));
  return audit.report();
}

interface Head {
  readonly type: string | undefined;
  readonly run: string;
  readonly seq: number;
}

type Seen =
  | { readonly kind: 'passed'; readonly sealed: boolean; readonly head: Head; readonly place: Place }
  | {
      readonly kind: 'wrong';
      readonly wrong: LineDamage;
      readonly head: Head | undefined;
      readonly place: Place;
    }
  | { readonly kind: 'row'; readonly row: Row; readonly head: Head; readonly place: Place };

interface Row {
  readonly text: string;
  readonly seal: Seal;
  readonly bytes: number;
}

class RowParser implements LineHandler {
  private readonly checks: LogChecks;
  private readonly inspector: LineInspector;
  private seen: Seen[] = [];

  constructor(audit: LogChecks, options: ReadOptions) {
    this.checks = audit;
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
      this.seen.push({ ...inspection, ...common });
      return;
    }
    const { seal } = inspection;
    const row = { text: lineText(bytes, start, end, seal), seal, bytes: end - start };
    this.seen.push({ kind: 'row', row, ...common });
  }

  onDamage(wrong: LineDamage, place: () => Place): void {
    this.seen.push({ kind: 'wrong', wrong, head: undefined, place: place() });
  }

  onTornTail(tail: TornTail): void {
    this.checks.onTornTail(tail);
  }

  async onChunkEnd(): Promise<void> {
    const { seen } = this;
    this.seen = [];
    const values = await parseRows(seen.flatMap((line) => (line.kind === 'row' ? [line.row.text] : [])));
    let next = 0;
    for (const line of seen) {
      if (this.checks.stopped) return;
      if (line.kind === 'row') this.apply(line.row, values[next++], line.head, line.place);
      else if (line.kind === 'passed') this.checks.onSkipped(line.head, line.sealed, () => line.place);
      else this.checks.wrong(line.wrong, () => line.place, line.head);
    }
  }

  private apply(row: Row, value: unknown, head: Head, place: Place): void {
    if (value === undefined) this.checks.wrong(NOT_JSON, () => place, head);
    else this.checks.onParsed(value, row.seal, () => place, row.bytes);
  }
}

/** One value a row; undefined where a row is not JSON. */
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

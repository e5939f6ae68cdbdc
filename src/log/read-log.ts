// Reads log files over raw bytes, one after another, in bounded memory. It knows files and lines; what the
// events mean is the affair of whoever takes them.
import { lineText } from './line-codec.ts';
import type { Seal } from './line-codec.ts';
import { fileChunks } from './log-bytes.ts';
import { LogAudit } from './log-audit.ts';
import type { ReadOptions } from './log-audit.ts';
import { LineInspector, NOT_JSON } from './line-inspection.ts';
import type { Wanted, Wrong } from './line-inspection.ts';
import type { Place, ReadReport, TornTail } from './read-report.ts';
import { LogScanning } from './log-scanning.ts';
import type { LineWalker } from './walk-lines.ts';
import { walkLines } from './walk-lines.ts';

/**
 * Hands the events of all files to `onEvent`, in order. Damage is in the report; throws `FILE_NOT_FOUND`,
 * `FILE_UNREADABLE`, `LOG_EMPTY`, `LOG_FORMAT_NEWER`, and whatever `onEvent` throws.
 */
export async function readLog(paths: string | readonly string[], options: ReadOptions): Promise<ReadReport> {
  const audit = new LogAudit(options);
  const walker = new ParsingWalker(audit, options);
  // Where every line has to be parsed there is nothing to scan for.
  const scanning = options.handles === undefined ? undefined : new LogScanning(audit, walker, options);
  for (const path of typeof paths === 'string' ? [paths] : paths) {
    const reached = scanning === undefined ? { line: 1, offset: 0, packed: true } : scanning.read(path);
    if (reached !== undefined) {
      const { line, offset, packed } = reached;
      await walkLines(path, fileChunks(path, offset), walker, packed ? undefined : { line, offset });
    }
    if (audit.stopped) break;
  }
  scanning?.finish();
  return audit.report();
}

/** Parses what has to be parsed, line by line. */
export class ParsingWalker implements LineWalker {
  private readonly audit: LogAudit;
  private readonly inspector: LineInspector;

  constructor(audit: LogAudit, options: Wanted) {
    this.audit = audit;
    this.inspector = new LineInspector(options);
  }

  get stopped(): boolean {
    return this.audit.stopped;
  }

  line(bytes: Buffer, start: number, end: number, place: () => Place): void {
    const inspection = this.inspector.inspect(bytes, start, end);
    const { head } = this.inspector;
    if (inspection.kind === 'passed') this.audit.passed(head, inspection.sealed, place);
    else if (inspection.kind === 'wrong') this.audit.wrong(inspection.wrong, place, head);
    else this.parse(bytes, start, end, inspection.seal, place);
  }

  wrong(wrong: Wrong, place: () => Place): void {
    this.audit.wrong(wrong, place);
  }

  torn(tail: TornTail): void {
    this.audit.torn(tail);
  }

  chunkDone(): undefined {
    return undefined;
  }

  private parse(bytes: Buffer, start: number, end: number, seal: Seal, place: () => Place): void {
    let value: unknown;
    try {
      value = JSON.parse(lineText(bytes, start, end, seal));
    } catch {
      this.audit.wrong(NOT_JSON, place, this.inspector.head);
      return;
    }
    this.audit.parsed(value, seal, place, end - start);
  }
}

// Parses those lines of a log that have to be parsed. Knows no files.
import { lineText, type ChecksumState } from '../line-form.ts';
import { LineInspector, NOT_JSON, type LineFilter } from './line-inspector.ts';
import type { LogChecks } from './log-checks.ts';
import type { LineHandler } from './read-lines.ts';
import { repeatedKeyDamage } from './repeated-keys.ts';
import type { ReadOptions } from './read-options.ts';
import type { LineDamage, Place, TornTail } from './reading-report.ts';

const WORKFLOW_KEY = Buffer.from(',"ir":{');

export class LineParser implements LineHandler {
  private readonly checks: LogChecks;
  private readonly inspector: LineInspector;
  private readonly withoutWorkflow: boolean;
  private readonly checkKeys: boolean;

  constructor(checks: LogChecks, options: LineFilter & Pick<ReadOptions, 'skippable' | 'checkKeys'>) {
    this.checks = checks;
    this.withoutWorkflow = options.skippable?.has('ir') === true;
    this.checkKeys = options.checkKeys === true;
    this.inspector = new LineInspector(options);
  }

  get stopped(): boolean {
    return this.checks.stopped;
  }

  onLine(bytes: Buffer, start: number, end: number, place: () => Place): void {
    const inspection = this.inspector.inspect(bytes, start, end);
    const { head } = this.inspector;
    if (inspection.kind === 'skip') this.checks.onSkipped(head, inspection.hasChecksum, place);
    else if (inspection.kind === 'damaged') this.checks.onDamage(inspection.damage, place, head);
    else this.parse(bytes, start, end, inspection.checksum, place);
  }

  onDamage(damage: LineDamage, place: () => Place): void {
    this.checks.onDamage(damage, place);
  }

  onTornTail(tail: TornTail): void {
    this.checks.onTornTail(tail);
  }

  onChunkEnd(): undefined {
    return undefined;
  }

  private parse(
    bytes: Buffer,
    start: number,
    end: number,
    checksum: ChecksumState,
    place: () => Place,
  ): void {
    const value = this.parseJson(bytes, start, end, checksum);
    const { head } = this.inspector;
    if (value === undefined) {
      this.checks.onDamage(NOT_JSON, place, head);
      return;
    }
    const repeated = this.checkKeys ? repeatedKeyDamage(lineText(bytes, start, end, checksum)) : undefined;
    if (repeated !== undefined) this.checks.onDamage(repeated, place, head);
    else this.checks.onParsed(value, checksum, place, end - start);
  }

  private parseJson(bytes: Buffer, start: number, end: number, checksum: ChecksumState): unknown {
    const mayLackWorkflow =
      this.withoutWorkflow && checksum === 'valid' && this.inspector.head.type === 'run.started';
    const cut = mayLackWorkflow ? bytes.subarray(start, end).indexOf(WORKFLOW_KEY) : -1;
    // Our writers put the workflow last, and it may be most of the line. Inside another member it leaves no JSON.
    return (
      (cut < 0 ? undefined : parseOrUndefined(`${bytes.toString('utf8', start, start + cut)}}}`)) ??
      parseOrUndefined(lineText(bytes, start, end, checksum))
    );
  }
}

/** Returns undefined for text that is not JSON. */
function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

// Takes the lines of a log one by one and parses those that have to be parsed. It knows no files.
import { lineText } from '../line-form.ts';
import type { Seal } from '../line-form.ts';
import type { LogAudit, ReadOptions } from './log-checks.ts';
import { LineInspector, NOT_JSON } from './line-checks.ts';
import type { Wanted, Wrong } from './line-checks.ts';
import type { Place, TornTail } from './read-report.ts';
import type { LineWalker } from './read-lines.ts';

const WORKFLOW_KEY = Buffer.from(',"ir":{');

export class ParsingWalker implements LineWalker {
  private readonly audit: LogAudit;
  private readonly inspector: LineInspector;
  private readonly withoutWorkflow: boolean;

  constructor(audit: LogAudit, options: Wanted & Pick<ReadOptions, 'overlooks'>) {
    this.audit = audit;
    this.withoutWorkflow = options.overlooks?.has('ir') === true;
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
    const value = this.valueOf(bytes, start, end, seal);
    if (value === undefined) this.audit.wrong(NOT_JSON, place, this.inspector.head);
    else this.audit.parsed(value, seal, place, end - start);
  }

  private valueOf(bytes: Buffer, start: number, end: number, seal: Seal): unknown {
    const mayLackWorkflow =
      this.withoutWorkflow && seal === 'right' && this.inspector.head.type === 'run.started';
    const cut = mayLackWorkflow ? bytes.subarray(start, end).indexOf(WORKFLOW_KEY) : -1;
    // The workflow stands last and may be most of the line. Where it does not, what is left of it is no JSON.
    return (
      (cut < 0 ? undefined : parsed(`${bytes.toString('utf8', start, start + cut)}}}`)) ??
      parsed(lineText(bytes, start, end, seal))
    );
  }
}

/** Undefined for what is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

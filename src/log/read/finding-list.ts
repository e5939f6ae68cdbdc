// Collects the findings of a log. Lists only the first 10,000: in a file that is not a log, every line is a finding.
import type { Finding, FindingCode, LineDamage, Place } from './reading-report.ts';

const MAX_LISTED = 10_000;

/** The run and seq of a line. */
export interface LineOrigin {
  readonly run: string;
  readonly seq: number;
}

export class FindingList {
  readonly listed: Finding[] = [];
  private readonly more = new Map<FindingCode, number>();

  add(damage: LineDamage, place: () => Place, origin: LineOrigin | undefined): void {
    if (this.listed.length < MAX_LISTED) {
      const known = origin === undefined ? {} : { run: origin.run, seq: origin.seq };
      this.listed.push({ ...place(), ...known, ...damage });
    } else this.more.set(damage.code, (this.more.get(damage.code) ?? 0) + 1);
  }

  get isEmpty(): boolean {
    return this.listed.length === 0;
  }

  /** Number of findings that are not listed, by code; undefined when all are listed. */
  get unlisted(): Readonly<Partial<Record<FindingCode, number>>> | undefined {
    return this.more.size === 0 ? undefined : Object.fromEntries(this.more);
  }
}

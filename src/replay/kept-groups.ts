// Groups logs by their files, and finds what is kept of each group: its sums, or else what each of its logs folds to.
import type { Pricing } from '../../projections/pricing/create-pricing.ts';
import type { SpendSelection } from '../../projections/spend/document.ts';
import type { SpendSums } from '../../projections/spend/state.ts';
import type { FoundLog, FoundLogs } from './find-logs.ts';
import type { KeptFold, KeptFolds } from './kept-folds.ts';
import { sha256Of, GROUPS, type GroupSums, type KeptSums } from './kept-sums.ts';

export type SpendFold = KeptFold<SpendSums>;

/** What earlier readings of these logs left for `spend`. */
export interface KeptSpend {
  readonly all: FoundLogs;
  /** The sums of all logs, if nothing has changed. */
  readonly whole?: SpendSums;
  readonly groups: readonly Group[];
  readonly folds: KeptFolds<SpendSums>;
  readonly sums: KeptSums;
  readonly pricing: Pricing;
  readonly selection: SpendSelection;
}

/** Logs that are kept together. */
export interface Group {
  readonly number: number;
  readonly logs: readonly FoundLog[];
  readonly digest: string;
  /** Undefined if a log of the group was added, changed or removed. */
  readonly stored: GroupSums | undefined;
  /** Read if there are no sums of the group. */
  readonly folds: ReadonlyMap<FoundLog, SpendFold>;
}

/** Finds what is kept of each group. */
export function groupLogs({ logs, files }: FoundLogs, folds: KeptFolds<SpendSums>, sums: KeptSums): Group[] {
  const rows: number[][] = Array.from({ length: GROUPS }, () => []);
  for (const row of logs.keys()) rows[files.groupOf(row, GROUPS)]?.push(row);
  return rows.flatMap((own, number) => {
    if (own.length === 0) return [];
    const members = own.flatMap((row) => logs[row] ?? []);
    const digest = sha256Of(files.bytesOf(own));
    const stored = sums.group(number, digest);
    return {
      number,
      logs: members,
      digest,
      stored,
      folds: stored ? new Map() : foldsOf(members, folds, number),
    };
  });
}

function foldsOf(
  logs: readonly FoundLog[],
  folds: KeptFolds<SpendSums>,
  group: number,
): Map<FoundLog, SpendFold> {
  const known = new Map<FoundLog, SpendFold>();
  for (const log of logs) {
    const fold = folds.get(log, group);
    if (fold !== undefined) known.set(log, fold);
  }
  return known;
}

/** The logs of a group that must be folded. */
export function freshLogs({ logs, stored, folds }: Group): readonly FoundLog[] {
  return stored === undefined
    ? logs.filter((log) => !folds.has(log))
    : stored.left.flatMap((position) => logs[position] ?? []);
}

/** What the other logs of a group fold to. */
export function keptFoldsOf({ stored, folds }: Group): readonly SpendFold[] {
  return stored === undefined ? [...folds.values()] : [stored];
}

// Lets `spend` fold only the logs that it has not folded before. What finished logs add to the sums is kept log by log,
// by groups of logs, and for all logs together: an unchanged group is added at once.
import type { SpendGroup } from '../../projections/spend/schema.ts';
import type { SpendState, SpendSums } from '../../projections/spend/state.ts';
import { addRunSums, mergeSpendSums, emptySpendSums } from '../../projections/spend/sums.ts';
import { gatewaysOf, loadPricing } from '../home/prices/pricing.ts';
import { homeFolder } from '../home/paths.ts';
import { findLogs, isStdin, type FoundLog, type FoundLogs } from './find-logs.ts';
import { isSettled, KeptFolds, keptPath, isWorthKeeping } from './kept-folds.ts';
import {
  freshLogs,
  groupLogs,
  keptFoldsOf,
  type Group,
  type KeptSpend,
  type SpendFold,
} from './kept-groups.ts';
import { sha256Of, KeptSums } from './kept-sums.ts';
import type { EndsOfRuns, LogNotes } from './log-notes.ts';
import type { ReplayOptions } from './replay-options.ts';
import { startThreads, type StartedReplay } from './threads.ts';
import { timeZone } from './time-zone.ts';
import type { Environment } from '../values/environment.ts';

/**
 * Like `startReplay`, for the logs that no earlier reading folded. Throws what finding logs and loading prices throws.
 */
export function startKeptSpend(
  named: readonly string[],
  options: ReplayOptions,
  env: Environment,
): StartedReplay {
  if (isStdin(named)) return { found: 'stdin', threads: undefined };
  const all = findLogs(named);
  if (!isWorthKeeping(all.logs)) return { found: all, threads: startThreads(all.logs, options) };
  const kept = openKeptSpend(named, all, options, env);
  const fresh = new Set(kept.groups.flatMap(freshLogs));
  // In the order in which they were found: it decides about copies and notes.
  const logs = fresh.size === 0 ? [] : all.logs.filter((log) => fresh.has(log));
  return { found: { ...all, logs }, threads: startThreads(logs, options), kept };
}

function openKeptSpend(
  named: readonly string[],
  all: FoundLogs,
  options: ReplayOptions,
  env: Environment,
): KeptSpend {
  const { pricing: files = [], asOf, asModel, unknownModel, costSource, spend = {} } = options;
  const pricing = loadPricing({ files, asOf, asModel, unknownModel, costSource, env });
  const { by = 'day', since = null, until = null } = spend;
  const selection = { by, time_zone: timeZone(spend.timeZone ?? 'UTC').name, since, until };
  // Everything beside the logs that decides what they add.
  const path = keptPath(homeFolder(env), ['spend', selection, pricing.info, gatewaysOf(env)]);
  const name = sha256Of(Buffer.from(JSON.stringify([process.cwd(), named]))).slice(0, 16);
  const folds = new KeptFolds<SpendSums>(`${path}.folds`);
  const sums = new KeptSums(`${path}-${name}.sums`);
  const kept = { all, folds, sums, pricing, selection };
  const whole = sums.whole(sha256Of(all.files.bytes()));
  return whole === undefined
    ? { ...kept, groups: groupLogs(all, folds, sums) }
    : { ...kept, whole, groups: [] };
}

/**
 * Adds what is kept to the state of the other logs. Keeps what these add. Returns undefined if a run is in several
 * logs: which copy counts is decided where all of them are read together.
 */
export function joinKeptSpend(kept: KeptSpend, fresh: SpendState, notes: LogNotes): SpendState | undefined {
  if (kept.whole !== undefined) return { ...fresh, sums: kept.whole };
  const repeated = runsOfSeveralLogs(kept.groups, fresh, notes);
  const added = addFresh(kept, fresh, notes, repeated);
  const isRepeated = kept.groups.some((group) =>
    keptFoldsOf(group).some(({ runs }) => runs.some((run) => repeated.has(run))),
  );
  if (isRepeated) {
    dropRepeated(kept, repeated);
    return undefined;
  }
  const sums = emptySpendSums();
  const whole = kept.groups.map((group) => addGroup(kept, group, added, sums));
  if (!whole.includes(false)) kept.sums.setWhole({ digest: sha256Of(kept.all.files.bytes()), sums });
  kept.sums.save(kept.groups.map(({ number }) => number));
  kept.folds.save(kept.all.logs);
  const summed = new Set([...added.values()].flatMap(({ runs }) => runs));
  return { runs: new Map([...fresh.runs].filter(([run]) => !summed.has(run))), sums };
}

/** Keeps what each of the other logs adds. */
function addFresh(
  { groups, folds, selection: { by } }: KeptSpend,
  fresh: SpendState,
  notes: LogNotes,
  repeated: ReadonlySet<string>,
): Map<FoundLog, SpendFold> {
  const ends = new Map(notes.runs.map((log) => [log.path, log]));
  const added = new Map<FoundLog, SpendFold>();
  for (const group of groups) {
    for (const log of freshLogs(group)) {
      const fold = isSettled(log) ? foldOf(fresh, ends.get(log.path), repeated, by) : undefined;
      if (fold === undefined) continue;
      folds.add(log, fold, group.number);
      added.set(log, fold);
    }
  }
  return added;
}

/** Undefined for a log that may change, has notes, or shares a run. */
function foldOf(
  { runs }: SpendState,
  ends: EndsOfRuns | undefined,
  repeated: ReadonlySet<string>,
  by: SpendGroup,
): SpendFold | undefined {
  if (ends?.isWhole !== true || ends.open.length > 0) return undefined;
  if (ends.ended.some((run) => repeated.has(run))) return undefined;
  const fold = emptySpendSums();
  for (const run of ends.ended) {
    const counts = runs.get(run);
    if (counts !== undefined) addRunSums(fold, by, run, counts);
  }
  return { runs: ends.ended, fold };
}

/** Adds a group to the sums of all. Returns whether all of its logs are in them. */
function addGroup(
  { sums: file }: KeptSpend,
  group: Group,
  added: ReadonlyMap<FoundLog, SpendFold>,
  sums: SpendSums,
): boolean {
  const { number, logs, digest, stored } = group;
  const left = freshLogs(group).filter((log) => !added.has(log));
  if (stored?.left.length === left.length) {
    mergeSpendSums(sums, stored.fold);
    return left.length === 0;
  }
  const own = emptySpendSums();
  const runs: string[] = [];
  for (const part of [...keptFoldsOf(group), ...freshLogs(group).flatMap((log) => added.get(log) ?? [])]) {
    mergeSpendSums(own, part.fold);
    runs.push(...part.runs);
  }
  const others = new Set(left);
  file.setGroup(number, {
    digest,
    left: logs.flatMap((log, position) => (others.has(log) ? [position] : [])),
    runs,
    fold: own,
  });
  mergeSpendSums(sums, own);
  return left.length === 0;
}

/** Forgets the logs that share a run, and the sums that they are in. */
function dropRepeated({ all, groups, folds, sums }: KeptSpend, repeated: ReadonlySet<string>): void {
  for (const { number, logs } of groups) {
    for (const log of logs) {
      const { runs = [] } = folds.get(log, number) ?? {};
      if (runs.some((run) => repeated.has(run))) folds.drop(log, number);
    }
  }
  folds.save(all.logs);
  sums.remove();
}

function runsOfSeveralLogs(
  groups: readonly Group[],
  fresh: SpendState,
  notes: LogNotes,
): ReadonlySet<string> {
  const listed = notes.runs.flatMap(({ ended, open }) => [...ended, ...open]);
  // A log that cannot be read to its end is in the state, and not in the notes.
  const inNotes = new Set(listed);
  const unlisted = [...fresh.runs.keys()].filter((run) => !inNotes.has(run));
  const alone = groups.flatMap(({ folds }) => [...folds.values()].flatMap(({ runs }) => runs));
  const once = new Set<string>();
  const isAgain = (run: string): boolean => once.size === once.add(run).size;
  const repeated = new Set([...alone, ...listed, ...unlisted].filter(isAgain));
  // No two groups share a run: that was checked when their sums were kept.
  for (const { stored } of groups) for (const run of stored?.runs ?? []) if (once.has(run)) repeated.add(run);
  return repeated;
}

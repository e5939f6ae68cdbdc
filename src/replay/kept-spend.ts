// Lets `spend` fold only the logs that it has not folded before.
import type { SpendRun, SpendState } from '../../projections/spend/state.ts';
import { gatewaysOf, loadPricing } from '../home/prices/pricing.ts';
import { homeFolder } from '../home/paths.ts';
import { findLogs, isStdin } from './find-logs.ts';
import { openKeptFolds, type KeptFold, type KeptSpend } from './kept-folds.ts';
import type { EndsOfRuns, LogNotes } from './log-notes.ts';
import type { ReplayOptions } from './replay-options.ts';
import { startThreads, type StartedReplay } from './threads.ts';
import { timeZone } from './time-zone.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Like `startReplay`, for the logs that no earlier reading folded. Throws what finding logs and loading prices throws. */
export function startKeptSpend(named: readonly string[], options: ReplayOptions, env: Env): StartedReplay {
  if (isStdin(named)) return { found: 'stdin', threads: undefined };
  const all = findLogs(named);
  const folds = openKeptFolds(all.logs, homeFolder(env), () => factsOf(options, env));
  if (folds === undefined) return { found: all, threads: startThreads(all.logs, options) };
  const known = new Map<string, KeptFold>();
  for (const log of all.logs) {
    const fold = folds.get(log);
    if (fold !== undefined) known.set(log.path, fold);
  }
  const logs = all.logs.filter(({ path }) => !known.has(path));
  return { found: { ...all, logs }, threads: startThreads(logs, options), kept: { folds, known, all } };
}

/** Everything that decides what a log folds to. */
function factsOf(options: ReplayOptions, env: Env): readonly unknown[] {
  const { pricing: files = [], asOf, asModel, unknownModel, costSource, spend = {} } = options;
  const { info } = loadPricing({ files, asOf, asModel, unknownModel, costSource, env });
  return ['spend', { ...spend, timeZone: timeZone(spend.timeZone ?? 'UTC').name }, info, gatewaysOf(env)];
}

/**
 * Adds the kept folds to the state of the other logs, and keeps that. Returns undefined if a run is in several logs:
 * which copy counts is decided where all of them are read together.
 */
export function joinKeptSpend(
  { folds, known, all }: KeptSpend,
  fresh: SpendState,
  notes: LogNotes,
): SpendState | undefined {
  const repeated = runsOfSeveralLogs(known, fresh, notes);
  const ends = new Map(notes.runs.map((log) => [log.path, log]));
  const runs = new Map(fresh.runs);
  let isRepeated = false;
  for (const log of all.logs) {
    const kept = known.get(log.path);
    if (kept?.runs.some((run) => repeated.has(run)) === true) {
      isRepeated = true;
      folds.drop(log);
    } else if (kept === undefined) {
      folds.add(log, foldOf(fresh, ends.get(log.path), repeated));
    } else for (const [run, counts] of kept.fold as [string, SpendRun][]) runs.set(run, counts);
  }
  folds.save();
  return isRepeated ? undefined : { runs };
}

/** Undefined for a log that may change, has notes, or shares a run. */
function foldOf(
  { runs }: SpendState,
  ends: EndsOfRuns | undefined,
  repeated: ReadonlySet<string>,
): KeptFold | undefined {
  if (ends?.isWhole !== true || ends.open.length > 0) return undefined;
  if (ends.ended.some((run) => repeated.has(run))) return undefined;
  const fold = ends.ended.flatMap((run) => pairOf(run, runs.get(run)));
  return { runs: ends.ended, fold };
}

function pairOf(run: string, counts: SpendRun | undefined): [string, SpendRun][] {
  return counts === undefined ? [] : [[run, counts]];
}

function runsOfSeveralLogs(
  known: KeptSpend['known'],
  fresh: SpendState,
  notes: LogNotes,
): ReadonlySet<string> {
  const listed = notes.runs.flatMap(({ ended, open }) => [...ended, ...open]);
  const kept = [...known.values()].flatMap(({ runs }) => runs);
  // A log that cannot be read to its end is in the state, and not in the notes.
  const inNotes = new Set(listed);
  const unlisted = [...fresh.runs.keys()].filter((run) => !inNotes.has(run));
  const once = new Set<string>();
  return new Set([...kept, ...listed, ...unlisted].filter((run) => once.size === once.add(run).size));
}

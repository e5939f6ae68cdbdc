// Reads the run that is resumed, and its predecessors where their records are still needed.
import { PflowError } from '../../errors.ts';
import type { LogEvent } from '../../events/event.ts';
import { readLog } from '../../log/read/read-log.ts';
import { assertReadable } from '../../replay/fold-logs.ts';
import { isWriterAlive } from '../../replay/live-writer.ts';
import { present } from '../../values/present.ts';
import { shellPath } from '../../values/shell-word.ts';
import { EarlierRun, FOLDED_TYPES } from './earlier-run.ts';
import type { LogHead } from './find-attempts.ts';

export interface EarlierLog {
  readonly path: string;
  readonly run: string;
}

/**
 * Throws what reading a log throws, LOG_CORRUPT and RUN_UNKNOWN. A torn last line is not damage: its event is lost.
 * `types`: fewer, where less of the run is needed.
 */
export async function readEarlierRun(
  { path, run }: EarlierLog,
  types: ReadonlySet<LogEvent['type']> = FOLDED_TYPES,
): Promise<EarlierRun> {
  const earlier = new EarlierRun(run);
  const report = await readLog(path, {
    handles: types,
    checkEveryLine: true,
    runs: (id) => id === run,
    onEvent: (event) => {
      earlier.add(event);
    },
  });
  assertReadable(report);
  earlier.lastSeq = report.runs.find((reading) => reading.run === run)?.lastSeq ?? -1;
  if (earlier.started !== undefined) return earlier;
  throw new PflowError('RUN_UNKNOWN', `${path} has no run ${run}`, {
    hint: 'pflow replay lists the runs of a log.',
  });
}

export interface ResumeRequest {
  /** There is something to do for a run that succeeded, too. */
  readonly isMore: boolean;
  /** Nodes run again by request, beside what another attempt does. */
  readonly isPartial: boolean;
}

/** Throws RUN_ACTIVE, RUN_SUCCEEDED, RUN_CONTINUED or RUN_UNRESUMABLE. */
export function requireResumable(
  earlier: EarlierRun,
  heads: readonly LogHead[],
  { isMore, isPartial }: ResumeRequest = { isMore: false, isPartial: false },
): void {
  const { run, started, completed } = earlier;
  if (started?.level !== 'trace') {
    throw new PflowError('RUN_UNRESUMABLE', `the log of run ${run} has no content: its level is metrics`, {
      hint: 'Only a log of level trace, which is the default, holds what completed nodes wrote. Run the workflow again.',
    });
  }
  const { pid, host } = started;
  if (completed === undefined && isWriterAlive(present({ pid, host, started_at: earlier.startedAt }))) {
    throw new PflowError('RUN_ACTIVE', `run ${run} is still going on in process ${String(pid)}`, {
      hint: 'Wait until it has ended, or stop it first.',
    });
  }
  if (completed?.status === 'success' && !isMore) {
    throw new PflowError('RUN_SUCCEEDED', `run ${run} succeeded: there is nothing to resume`, {
      hint: 'Run a part of it again with --from NODE, or with another input: key=value.',
    });
  }
  if (isPartial) return;
  const newer = heads
    .filter(({ resumedFrom }) => resumedFrom === run)
    .sort((a, b) => (a.at < b.at ? 1 : -1))[0];
  if (newer === undefined) return;
  throw new PflowError('RUN_CONTINUED', `run ${run} was resumed already, by run ${newer.run}`, {
    hint: `Resume that one: pflow resume ${shellPath(newer.path)}`,
    path: newer.path,
  });
}

/**
 * Returns the runs that this one continues, as far as their records may be needed: it may have ended while it was
 * restoring nodes, and the items of a restored batch are in the log of the run in which they ran. `isCompared`: params
 * may have changed. Throws RUN_UNKNOWN for a run whose log is not beside it.
 */
export async function readPredecessors(
  earlier: EarlierRun,
  heads: readonly LogHead[],
  { isCompared }: { readonly isCompared: boolean },
): Promise<readonly EarlierRun[]> {
  const predecessors: EarlierRun[] = [];
  let latest = earlier;
  for (;;) {
    const from = latest.started?.resumed_from;
    const reason = reasonForPredecessor(latest, isCompared);
    if (from === undefined || reason === undefined) return predecessors;
    const head = heads.find(({ run }) => run === from.run);
    if (head === undefined) {
      throw new PflowError(
        'RUN_UNKNOWN',
        `run ${latest.run} continues run ${from.run}, whose log is not beside it`,
        { hint: `Put both logs into one folder: ${reason}.` },
      );
    }
    latest = await readEarlierRun(head);
    predecessors.push(latest);
  }
}

/** Returns why the log of the run before is needed; undefined if it is not. */
function reasonForPredecessor(latest: EarlierRun, isCompared: boolean): string | undefined {
  if (!hasRestoredAll(latest)) return 'this one ended before it had restored all nodes of the other';
  return isCompared && hasRestoredBatch(latest)
    ? 'this one has restored a batch as a whole, and the other has its items'
    : undefined;
}

function hasRestoredBatch(run: EarlierRun): boolean {
  const batches = containersOf(run).flatMap(({ id, batch }) => (batch === undefined ? [] : [id]));
  return [...run.records.values()].some(
    ({ place, resolved }) => place.item === undefined && resolved === null && batches.includes(place.node),
  );
}

/** A node that is neither batch nor nested workflow starts after everything is restored. */
function hasRestoredAll(run: EarlierRun): boolean {
  const containers = containersOf(run).map(({ id }) => id);
  return [...run.startedNodes].some((id) => !containers.includes(id));
}

interface Container {
  readonly id?: unknown;
  readonly type?: unknown;
  readonly batch?: unknown;
}

/** Batches and nested workflows. */
function containersOf({ started, workflow }: EarlierRun): readonly Container[] {
  const ir = started?.ir ?? workflow?.ir;
  const nodes: unknown = ir?.['nodes'];
  return (Array.isArray(nodes) ? nodes : [])
    .map((node) => node as Container)
    .filter(({ type, batch }) => batch !== undefined || type === 'workflow');
}

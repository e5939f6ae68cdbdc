// Collects what an export needs while runs are listed. Each log is read once for both.
import type { RunRow } from '../../../projections/runs/schema.ts';
import { readLog } from '../../log/read/read-log.ts';
import type { FoundLog } from '../../replay/find-logs.ts';
import type { ReadingOptions } from '../../replay/fold-logs.ts';
import type { ListedRun, LogReader } from '../../replay/list-runs.ts';

/** Collects what an export needs of the events of one log. */
export interface LogCollector<Collected> extends LogReader {
  /** How a log is read for this alone. */
  readonly reading: ReadingOptions;
  /** Undefined for a run without an event. Called once for a run. */
  resultOf(run: RunRow): Collected | undefined;
}

export interface CollectedRun<Collected> {
  readonly run: ListedRun;
  readonly collected: Collected | undefined;
}

/** The most bytes of logs that are collected in all. Of their runs, some may not be exported. */
const MOST_BYTES = 1024 ** 3;

export class CollectedLogs<Collected> {
  private readonly start: () => LogCollector<Collected>;
  /** By path: logs that were read to their end. */
  private readonly read = new Map<string, LogCollector<Collected>>();
  /** By path: bytes of logs that are read again. */
  private readonly large = new Map<string, number>();
  private readonly mostBytes: number;
  private bytesLeft: number;

  /** `start`: makes the collector of one log. `mostBytes`: logs beyond that are read again, to save memory. */
  constructor(start: () => LogCollector<Collected>, mostBytes = MOST_BYTES) {
    this.start = start;
    this.mostBytes = mostBytes;
    this.bytesLeft = mostBytes;
  }

  /** Returns what gets the events of a log while its runs are listed. */
  readerOf({ path, weight }: FoundLog): LogReader | undefined {
    if (weight > this.bytesLeft) {
      this.large.set(path, weight);
      return undefined;
    }
    this.bytesLeft -= weight;
    const collector = this.start();
    return {
      projections: collector.projections,
      handles: collector.handles,
      add: (event) => {
        collector.add(event);
      },
      end: () => {
        this.read.set(path, collector);
      },
    };
  }

  /**
   * Returns what was collected of each run, in the order of their logs. Reads logs that were not collected. Throws what
   * reading a log throws.
   */
  async *runs(runs: readonly ListedRun[]): AsyncGenerator<CollectedRun<Collected>, void, undefined> {
    for (const [file, group] of groupByFile(runs)) {
      const known = this.read.get(file);
      this.read.delete(file);
      for (const part of known === undefined ? this.partsOf(file, group) : [group]) {
        const collector = known ?? (await this.readAgain(file, part));
        for (const run of part) yield { run, collected: collector.resultOf(run) };
      }
    }
  }

  /** Divides the runs of a log, so that one reading collects about `mostBytes`. */
  private partsOf(file: string, group: readonly ListedRun[]): (readonly ListedRun[])[] {
    const readings = Math.max(1, (this.large.get(file) ?? 0) / Math.max(1, this.mostBytes));
    const size = Math.max(1, Math.floor(group.length / readings));
    const parts: (readonly ListedRun[])[] = [];
    for (let at = 0; at < group.length; at += size) parts.push(group.slice(at, at + size));
    return parts;
  }

  private async readAgain(file: string, group: readonly ListedRun[]): Promise<LogCollector<Collected>> {
    const ids = new Set(group.map(({ run }) => run));
    const collector = this.start();
    await readLog(file, {
      ...collector.reading,
      runs: (id) => ids.has(id),
      skipCorrupt: true,
      onEvent: (event) => {
        collector.add(event);
      },
    });
    return collector;
  }
}

function groupByFile(runs: readonly ListedRun[]): ReadonlyMap<string, ListedRun[]> {
  const groups = new Map<string, ListedRun[]>();
  for (const run of runs) {
    const group = groups.get(run.file);
    if (group === undefined) groups.set(run.file, [run]);
    else group.push(run);
  }
  return groups;
}

// Removes old logs of finished runs, as `log_keep_days` of the settings requires.
import { lstatSync, readdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { readLog } from '../log/read/read-log.ts';

const LOG_NAME = /\.ndjson(?:\.gz)?$/u;
const DAY_MS = 86_400_000;

/** Returns the logs that were removed. A log that is damaged, goes on or cannot be read stays, and so does a link. */
export async function removeOldLogs(folder: string, keepDays: number, now: number): Promise<string[]> {
  const removed: string[] = [];
  for (const name of listEntries(folder)) {
    const path = join(folder, name);
    if (!LOG_NAME.test(name) || !isOld(path, now - keepDays * DAY_MS) || !(await isFinished(path))) continue;
    try {
      unlinkSync(path);
      removed.push(path);
    } catch {
      // A file that cannot be removed stays.
    }
  }
  return removed;
}

function listEntries(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function isOld(path: string, before: number): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats?.isFile() === true && stats.mtimeMs < before;
}

async function isFinished(path: string): Promise<boolean> {
  try {
    const { runs, findings, end } = await readLog(path, { handles: new Set(), onEvent: () => undefined });
    const isWhole = end === 'clean' && findings.length === 0;
    return isWhole && runs.length > 0 && runs.every(({ completed }) => completed !== undefined);
  } catch {
    return false;
  }
}

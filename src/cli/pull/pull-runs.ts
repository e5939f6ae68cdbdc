// Runs `pflow pull`: writes one file for each run that has begun.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { databaseUrl } from '../../engine/database.ts';
import { StoredRuns } from '../../engine/stored-runs.ts';
import { PflowError } from '../../errors.ts';
import { createFileAtomically, replaceByLonger } from '../../home/write-file.ts';
import type { Terminal } from '../terminal/terminal.ts';

export interface PullFlags {
  readonly output: string;
  readonly database?: string;
  readonly json?: boolean;
}

export async function executePull(
  named: readonly string[],
  { output, database, json }: PullFlags,
  terminal: Terminal,
): Promise<number> {
  const stored = await StoredRuns.open(databaseUrl(database, process.env));
  try {
    const runs = await stored.list(named);
    if (runs.length === 0) terminal.err('note   the database has no run\n');
    mkdirSync(output, { recursive: true });
    for (const { run, state } of runs) {
      const log = await stored.logOf(run);
      if (log === '') {
        terminal.err(`note   run ${run} is ${state} and has no event yet\n`);
        continue;
      }
      const path = join(output, `${run}.ndjson`);
      writeLog(path, Buffer.from(log));
      terminal.out(`${json === true ? JSON.stringify({ run, file: path }) : path}\n`);
    }
  } finally {
    await stored.close();
  }
  return 0;
}

/** Adds what is new to the file of an earlier pull. Throws LOG_EXISTS for any other file. */
function writeLog(path: string, log: Buffer): void {
  if (createFileAtomically(path, log.toString())) return;
  const before = readFileSync(path);
  if (!log.subarray(0, before.length).equals(before)) {
    throw new PflowError('LOG_EXISTS', `${path} exists, and is not a part of the log of this run`, {
      hint: 'Pull into another folder: a log is never overwritten.',
      path,
    });
  }
  if (log.length > before.length) replaceByLonger(path, log);
}

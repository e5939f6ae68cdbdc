// Finds the processes that a command has started. Those that left its process group are found on Linux only, by their
// ancestors and by a variable in their environment that each command has for itself.
import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';

/** Linux lists its processes here. Without the folder, nothing is found. */
const PROCESSES = '/proc';

/** Marks the processes of one command, also those whose parent has ended. */
export const MARK = 'PFLOW_COMMAND_ID';

export interface StartedCommand {
  /** The leader of its own process group. */
  readonly pid: number;
  /** The value of the variable `MARK`. */
  readonly mark: string;
}

/** Lists processes of the command outside of its group. */
export function findStrayProcesses({ pid, mark }: StartedCommand): readonly number[] {
  const processes = listProcesses();
  const own = new Set([pid]);
  // A child may have a lower number than its parent, so one pass is not enough.
  for (let before = 0; before < own.size;) {
    before = own.size;
    for (const { id, parent } of processes) if (own.has(parent)) own.add(id);
  }
  const entry = `${MARK}=${mark}`;
  return processes
    .filter(({ id, group }) => group !== pid && id !== process.pid && (own.has(id) || hasEntry(id, entry)))
    .map(({ id }) => id);
}

/** Lists the processes of commands that have ended, by their marks. */
export function findLeftProcesses(marks: ReadonlySet<string>): readonly number[] {
  return listProcesses()
    .filter(({ id }) => id !== process.pid && marks.has(markOf(id) ?? ''))
    .map(({ id }) => id);
}

function markOf(pid: number): string | undefined {
  const start = `${MARK}=`;
  const entries = readText(join(PROCESSES, String(pid), 'environ')).split('\0');
  return entries.find((entry) => entry.startsWith(start))?.slice(start.length);
}

interface ProcessEntry {
  readonly id: number;
  readonly parent: number;
  readonly group: number;
}

function listProcesses(): readonly ProcessEntry[] {
  return readNames(PROCESSES).flatMap((name) => {
    if (!/^\d+$/u.test(name)) return [];
    // The name of the program is in parentheses, and may have spaces and parentheses in it.
    const stat = readText(join(PROCESSES, name, 'stat'));
    const [state, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const isAlive = parent !== undefined && state !== 'Z' && state !== 'X';
    return isAlive ? [{ id: Number(name), parent: Number(parent), group: Number(group) }] : [];
  });
}

function hasEntry(pid: number, entry: string): boolean {
  return `\0${readText(join(PROCESSES, String(pid), 'environ'))}`.includes(`\0${entry}\0`);
}

function readNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

const PART = Buffer.alloc(16 * 1024);

/**
 * Empty for a process that has ended or belongs to another user. These files have no size: `readFileSync` would reserve
 * far more memory for each than they need, and there are two for each process.
 */
function readText(path: string): string {
  try {
    const file = openSync(path, 'r');
    try {
      return readRest(file);
    } finally {
      closeSync(file);
    }
  } catch {
    return '';
  }
}

function readRest(file: number): string {
  let text = '';
  for (let count = readSync(file, PART); count > 0; count = readSync(file, PART))
    text += PART.toString('latin1', 0, count);
  return text;
}

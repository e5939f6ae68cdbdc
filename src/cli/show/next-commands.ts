// Lists the commands that go on from a run that did not succeed.
import { existsSync } from 'node:fs';
import { exactJsonText } from '../../values/exact-json.ts';
import { hasMarkText } from '../../values/log-marks.ts';
import { shellPath, shellWord } from '../../values/shell-word.ts';
import type { ReadRun } from './read-run.ts';
import type { NextCommand } from '../../page/page-facts.ts';

export interface ShownAs {
  /** How commands name the run. */
  readonly named: string;
  /** Nothing of it is cut. */
  readonly isFull: boolean;
}

export function nextCommands(
  { run, failure, started }: Pick<ReadRun, 'run' | 'failure' | 'started'>,
  { named, isFull }: ShownAs,
): NextCommand[] {
  const commands: NextCommand[] = [];
  if (failure !== null) {
    if (!isFull) commands.push({ command: `pflow show ${named} --full`, does: 'nothing cut' });
    commands.push(...storeCommand(named, failure, started));
  }
  return run.calls > 0 ? [...commands, ...answersCommand(run.file, started)] : commands;
}

type Started = ReadRun['started'];

function storeCommand(
  named: string,
  { failed_seq, started_seq }: NonNullable<ReadRun['failure']>,
  started: Started,
): NextCommand[] {
  const seq = failed_seq ?? started_seq;
  if (started?.level !== 'trace' || seq === null) return [];
  return [{ command: `pflow store ${named} --until ${String(seq)}`, does: 'the store at that moment' }];
}

function answersCommand(file: string, started: Started): NextCommand[] {
  const path = started?.workflow_path;
  if (started?.level !== 'trace' || path === undefined || !existsSync(path)) return [];
  const command = [
    `pflow run ${shellPath(path)}`,
    ...givenInputs(started),
    `--answers ${shellPath(file)} --on-miss live`,
  ].join(' ');
  return [{ command, does: 'again, without paying for recorded answers' }];
}

/** A longer value would hide the rest of the command. */
const LONGEST_VALUE = 200;

/** Inputs that no environment, settings or default gives again; `…` for a value that the log does not have. */
function givenInputs({ inputs = {}, input_origins: origins = {} }: NonNullable<Started>): readonly string[] {
  const named = Object.entries(inputs).filter(([name]) => ['given', 'stdin'].includes(origins[name] ?? ''));
  return named.map(([name, value]) => {
    const text = typeof value === 'string' ? value : (exactJsonText(value) ?? '');
    const isWhole = text.length <= LONGEST_VALUE && !hasMarkText(text);
    return `${name}=${isWhole ? shellWord(text) : '…'}`;
  });
}

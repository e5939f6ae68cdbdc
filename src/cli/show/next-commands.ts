// Lists the commands that go on from a run that did not succeed.
import type { ReadRun } from './read-run.ts';

export interface NextCommand {
  readonly command: string;
  /** What it does, in a few words. */
  readonly does: string;
}

export function nextCommands({
  run,
  failure,
  started,
}: Pick<ReadRun, 'run' | 'failure' | 'started'>): NextCommand[] {
  const id = run.run;
  const commands: NextCommand[] =
    failure === null
      ? []
      : [{ command: `pflow show ${id} --full`, does: 'nothing cut' }, ...storeCommand(id, failure, started)];
  return run.calls > 0 ? [...commands, ...answersCommand(run.file, started)] : commands;
}

type Started = ReadRun['started'];

function storeCommand(
  id: string,
  { failed_seq, started_seq }: NonNullable<ReadRun['failure']>,
  started: Started,
): NextCommand[] {
  const seq = failed_seq ?? started_seq;
  if (started?.level !== 'trace' || seq === null) return [];
  return [{ command: `pflow store ${id} --until ${String(seq)}`, does: 'the store at that moment' }];
}

function answersCommand(file: string, started: Started): NextCommand[] {
  if (started?.level !== 'trace' || started.workflow_path === undefined) return [];
  const command = `pflow run ${shellWord(started.workflow_path)} --answers ${shellWord(file)} --on-miss live`;
  return [{ command, does: 'again, without paying for recorded answers' }];
}

/** Quotes a path for a shell where it needs it. */
export function shellWord(text: string): string {
  return /^[\w./:@%+,-]+$/u.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

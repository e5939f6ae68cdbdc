// Shows one run: what happened and why.
import { loadPricing } from '../../home/prices/pricing.ts';
import { timeZone } from '../../replay/time-zone.ts';
import { formatLabelledLine } from '../terminal/format.ts';
import { formatJson } from '../terminal/json-text.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { present } from '../../values/present.ts';
import { followRun } from './follow-run.ts';
import { findAndRead } from './read-run.ts';
import { nextSteps } from './next-steps.ts';
import { runText } from './run-text.ts';

export interface ShowOptions {
  readonly node?: string;
  readonly full?: boolean;
  readonly follow?: boolean;
  readonly json?: boolean;
  readonly timeZone: string;
  readonly pricing?: string;
  readonly verbose?: boolean;
}

export interface ShownRun {
  /** A run, a log, `last`, `last-failed` or `last-success`. */
  readonly reference: string;
  /** Where to look for it. */
  readonly logs: () => readonly string[];
  /** Of a run in a database that has not ended: what it waits for, and the command that lets it go on. */
  readonly stateOf?: (run: string) => Promise<string | undefined>;
}

export async function showRun(
  { reference, logs, stateOf }: ShownRun,
  options: ShowOptions,
  terminal: Terminal,
): Promise<number> {
  const pricing = loadPricing({ files: options.pricing === undefined ? [] : [options.pricing] });
  let { found, read: readFound } = await findAndRead(reference, logs, pricing);
  if (options.follow === true && found.run.status === 'running') {
    const { run, file } = found.run;
    await followRun(found.run, terminal);
    ({ found, read: readFound } = await findAndRead(run, () => [file], pricing));
  }
  for (const { label, text } of found.notes) terminal.err(formatLabelledLine(label, text));
  const read = await readFound();
  const state = await stateOf?.(read.run.run);
  if (state !== undefined) terminal.err(formatLabelledLine('note', state));
  if (options.json === true) {
    const { run, failure, timeline } = read;
    terminal.out(`${formatJson({ run, failure, timeline }, 2)}\n`);
    return 0;
  }
  const isFull = options.full === true;
  const view = {
    columns: terminal.columns(),
    zone: timeZone(options.timeZone),
    isFull,
    now: Date.now(),
    ...present({ node: options.node }),
  };
  const next =
    state === undefined
      ? await nextSteps(read.run, { ...read, row: read.run }, { isAlone: read.isAlone, isFull })
      : { advice: null, next: [] };
  terminal.out(runText(read, next, view));
  return 0;
}

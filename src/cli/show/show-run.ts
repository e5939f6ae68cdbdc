// Shows one run: what happened and why.
import { loadPricing } from '../../home/prices/pricing.ts';
import { timeZone } from '../../replay/time-zone.ts';
import { formatLabelledLine } from '../terminal/format.ts';
import { formatJson } from '../terminal/json-text.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { present } from '../../values/present.ts';
import { findRun } from './find-run.ts';
import { followRun } from './follow-run.ts';
import { readRun } from './read-run.ts';
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
  readonly meant: string;
  /** Where to look for it. */
  readonly logs: () => readonly string[];
}

export async function showRun(
  { meant, logs }: ShownRun,
  options: ShowOptions,
  terminal: Terminal,
): Promise<number> {
  const pricing = loadPricing({ files: options.pricing === undefined ? [] : [options.pricing] });
  let found = await findRun(meant, logs, pricing);
  if (options.follow === true && found.run.status === 'running') {
    await followRun(found.run, terminal);
    found = await findRun(found.run.run, () => [found.run.file], pricing);
  }
  for (const { label, text } of found.notes) terminal.err(formatLabelledLine(label, text));
  const read = await readRun(found.run, pricing);
  if (options.json === true) {
    const { run, failure, timeline } = read;
    terminal.out(`${formatJson({ run, failure, timeline }, 2)}\n`);
    return 0;
  }
  const view = {
    columns: terminal.columns(),
    zone: timeZone(options.timeZone),
    isFull: options.full === true,
    ...present({ node: options.node }),
  };
  const { run, isAlone } = read;
  terminal.out(runText(read, await nextSteps(run, { ...read, row: run }, { isAlone }), view));
  return 0;
}

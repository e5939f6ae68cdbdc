// Prints the shared store of a run after its last event, or after any other.
import { startFold } from '../../../projections/fold.ts';
import { lookUpPath, pathOf } from '../../../projections/failure/find-references.ts';
import { store } from '../../../projections/store/projection.ts';
import { PflowError } from '../../errors.ts';
import { loadPricing } from '../../home/prices/pricing.ts';
import { readLog } from '../../log/read/read-log.ts';
import { findRun } from '../show/find-run.ts';
import type { ShownRun } from '../show/show-run.ts';
import { formatLabelledLine } from '../terminal/format.ts';
import { formatJson } from '../terminal/json-text.ts';
import type { Terminal } from '../terminal/terminal.ts';

export interface StoreOptions {
  readonly until?: number;
  readonly log?: string;
  /** A part that is a text is JSON too. */
  readonly json?: boolean;
  readonly verbose?: boolean;
}

/** Throws USAGE for a part that the store does not have. */
export async function printStore(
  { reference, logs }: ShownRun,
  paths: readonly string[],
  { until = Infinity, json = false }: StoreOptions,
  terminal: Terminal,
): Promise<number> {
  const { run, notes } = await findRun(reference, logs, loadPricing({}));
  for (const { label, text } of notes) terminal.err(formatLabelledLine(label, text));
  const fold = startFold(store);
  let level: string = 'trace';
  await readLog(run.file, {
    handles: new Set(store.handles),
    runs: (id) => id === run.run,
    skipCorrupt: true,
    onEvent: (event) => {
      if (event.type === 'run.started') level = event.data.level;
      if (event.seq <= until) fold.add(event);
    },
  });
  if (level === 'metrics') {
    throw new PflowError('USAGE', `the log of run ${run.run} has no content: its level is metrics`, {
      hint: 'Keep logs without --log-level metrics to see what a run stored.',
    });
  }
  const { store: values, skipped_patches: skipped = 0 } = fold.result();
  if (skipped > 0)
    terminal.err(formatLabelledLine('warning', `${String(skipped)} changes could not be applied`));
  terminal.out(textOf(values, paths, json));
  return 0;
}

function textOf(values: Readonly<Record<string, unknown>>, paths: readonly string[], json: boolean): string {
  const [only, ...more] = paths;
  if (only === undefined) return `${formatJson(withoutInternals(values), 2)}\n`;
  if (more.length > 0) {
    const parts = Object.fromEntries(paths.map((path) => [path, partOf(values, path)]));
    return `${formatJson(parts, 2)}\n`;
  }
  const value = partOf(values, only);
  if (json || typeof value !== 'string') return `${formatJson(value, 2)}\n`;
  return value.endsWith('\n') ? value : `${value}\n`;
}

/** Leaves out what pflow itself keeps there: the calls in `__llm_calls__`. A path prints them. */
function withoutInternals(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(values).filter(([key]) => !isInternal(key)));
}

/** The keys of a nested workflow follow the path of its node. */
function isInternal(key: string): boolean {
  const name = key.slice(key.lastIndexOf('/') + 1);
  return name.startsWith('__') && name.endsWith('__');
}

function partOf(values: Readonly<Record<string, unknown>>, path: string): unknown {
  const keys = pathOf(path);
  const value = lookUpPath(values, keys);
  if (value !== undefined) return value;
  const holder = keys.slice(0, -1).reduce<unknown>((found, key) => lookUpPath(found, [key]), values);
  const isPart = typeof holder === 'object' && holder !== null;
  const around = Object.keys(isPart && holder !== values ? holder : withoutInternals(values));
  throw new PflowError('USAGE', `the store has no ${path} at that moment`, {
    details: [`it has: ${around.slice(0, 20).join(', ')}${around.length > 20 ? ', …' : ''}`],
  });
}

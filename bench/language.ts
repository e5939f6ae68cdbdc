// What the language costs: checking and compiling long workflows, the items of a batch, nested workflows. Times are
// those of the processor, so that other programs change them little.
import { createRedactor } from '../src/log/secrets/redaction.ts';
import { systemLogHost } from '../src/log/write/log-host.ts';
import { openMemoryLog } from '../src/log/write/memory-log.ts';
import { checkWorkflow, type PreparedWorkflow } from '../src/run/prepare-workflow.ts';
import { runWorkflow } from '../src/run/run-workflow.ts';
import { compileWorkflow } from '../src/workflow/compile.ts';
import type { Figure } from './figures.ts';
import { pair, type Pair } from './measure.ts';

const ITEMS = 10_000;
const MEBIBYTE = 2 ** 20;
const ROUNDS = 5;
const NO_SIGNAL = new AbortController().signal;

/** Milliseconds of the processor. */
async function processorTime(work: () => unknown): Promise<number> {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

async function least(work: () => unknown): Promise<number> {
  const taken: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) taken.push(await processorTime(work));
  return Math.min(...taken);
}

function prepare(ir: object): Promise<PreparedWorkflow> {
  const found = { text: JSON.stringify(ir), name: 'bench', source: 'file' } as const;
  return checkWorkflow(found, 'bench.json', { cwd: '.', env: {}, nodes: [] });
}

/** Nodes in a row, each with a template for the one before. */
function sequence(length: number): object {
  const nodes = Array.from({ length }, (_, index) => ({
    id: `node-${String(index)}`,
    type: 'echo',
    params: { message: index === 0 ? 'start' : `after \${node-${String(index - 1)}.echo}` },
  }));
  return { nodes };
}

async function checkAndCompile(ir: object): Promise<void> {
  const { workflow, registry } = await prepare(ir);
  compileWorkflow(workflow, { registry, decorate: () => undefined });
}

async function run(prepared: PreparedWorkflow, isObserved: boolean): Promise<void> {
  const log = openMemoryLog({
    level: 'metrics',
    host: systemLogHost,
    redactor: createRedactor(),
    keep: false,
  });
  const { status, error } = await runWorkflow({
    ...prepared,
    inputs: { values: {}, secrets: [], origins: {} },
    models: { answer: () => Promise.reject(new Error('no model')) },
    signal: NO_SIGNAL,
    cwd: '.',
    env: {},
    host: systemLogHost,
    version: '0',
    ...(isObserved ? { log } : {}),
  });
  if (status !== 'success') throw error ?? new Error(status);
}

const echo = (id: string, more: object = {}): object => ({
  id,
  type: 'echo',
  params: { message: 'x' },
  ...more,
});

function batchOf(node: object, count: number): object {
  const items = Array.from({ length: count }, (_, index) => index);
  return { nodes: [{ ...node, batch: { items, parallel: true, max_concurrent: 100 } }] };
}

/** The most memory of this process above `before`, in MiB. */
async function peakDuring(work: () => Promise<void>): Promise<number> {
  const before = process.memoryUsage().rss;
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, 5);
  await work();
  clearInterval(timer);
  return (Math.max(most, process.memoryUsage().rss) - before) / MEBIBYTE;
}

interface Target {
  readonly what: string;
  readonly most: number;
  readonly unit: string;
}

function figure({ what, most, unit }: Target, measured: number, more = ''): Figure {
  return {
    what,
    target: `≤ ${String(most)} ${unit}`,
    measured: `${measured.toFixed(1)} ${unit}${more}`,
    reached: measured <= most,
  };
}

export async function languageFigures(): Promise<Figure[]> {
  const one = await prepare(batchOf(echo('each'), 1));
  const all = await prepare(batchOf(echo('each'), ITEMS));
  // First, while the heap is small.
  const memory = await peakDuring(() => run(all, true));
  const few = await least(() => checkAndCompile(sequence(300)));
  const many = await least(() => checkAndCompile(sequence(5_000)));
  const timeOf =
    (prepared: PreparedWorkflow, isObserved = false) =>
    (): Promise<number> =>
      processorTime(() => run(prepared, isObserved));
  const child = { nodes: [echo('a')], outputs: { x: { source: '${a.echo}' } } };
  const calls = await prepare(
    batchOf({ id: 'c', type: 'workflow', params: { ir: child, inputs: {} } }, ITEMS),
  );
  const batch = await pair(2 * ROUNDS, timeOf(one), timeOf(all));
  const observed = await pair(2 * ROUNDS, timeOf(all), timeOf(all, true));
  const nested = await pair(2 * ROUNDS, timeOf(all), timeOf(calls));
  const perItem = ({ difference }: Pair): number => (difference / ITEMS) * 1000;
  const over = ({ ratio }: Pair): string => ` (${ratio.toFixed(2)}×)`;
  return [
    figure({ what: '300 nodes: checked and compiled', most: 50, unit: 'ms' }, few),
    figure({ what: '5,000 nodes: checked and compiled', most: 1_000, unit: 'ms' }, many),
    figure(
      { what: '10,000 echo items in parallel, over one item', most: 1_000, unit: 'ms' },
      batch.difference,
    ),
    figure(
      { what: '10,000 echo items in parallel: memory over that before', most: 150, unit: 'MiB' },
      memory,
    ),
    figure(
      { what: 'metrics level, in memory: added per item', most: 8, unit: 'µs' },
      perItem(observed),
      over(observed),
    ),
    figure(
      { what: 'a nested workflow of one node, over an item that is the node', most: 50, unit: 'µs' },
      perItem(nested),
      over(nested),
    ),
  ];
}

// Measures what it costs to look at a run, and to export its spans.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { project } from '../projections/fold.ts';
import { createRuns } from '../projections/runs/projection.ts';
import { createTimeline } from '../projections/timeline/projection.ts';
import { otlpOptionsOf } from '../src/cli/export/otlp-endpoint.ts';
import { otlpLine } from '../src/cli/export/otlp-text.ts';
import { loadPricing } from '../src/home/prices/pricing.ts';
import { encodeLine } from '../src/log/write/line-encoder.ts';
import { RunBuilder } from '../test/support/run-builder.ts';
import type { Figure } from './figures.ts';
import { median, pair } from './measure.ts';

const PROGRAM = 'dist/bin/pflow.js';
const ROUNDS = 15;
const SPAN_NODES = 25_000;

export async function showFigures(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-bench-'));
  try {
    const write = (name: string, run: RunBuilder): string => {
      writeFileSync(join(folder, name), Buffer.concat(run.events.map(encodeLine)));
      return join(folder, name);
    };
    return [
      await showFigure('that succeeded', write('ok.ndjson', nodesInOrder(300, false))),
      await showFigure('that failed', write('failed.ndjson', nodesInOrder(300, true))),
      ...(await spanFigures(folder, write)),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Each node reads what the one before wrote; the last one may fail. */
function nodesInOrder(count: number, fails: boolean): RunBuilder {
  const nodes = Array.from({ length: count }, (_, index) => `node-${String(index)}`);
  const ir = { nodes: nodes.map((id) => ({ id, type: 'llm', params: { prompt: 'of ${node-0.response}' } })) };
  return new RunBuilder()
    .started({ ir })
    .workflow(nodes, (inside) => {
      for (const [index, node] of nodes.entries()) {
        const isLast = index === count - 1;
        const before = nodes[Math.max(0, index - 1)] ?? '';
        inside.node(node, { type: 'llm', ...(isLast && fails ? { fails: 'no' } : {}) }, (one) =>
          one
            .resolved('prompt', `of \${${before}.response}`, `of words of ${before}`)
            .call({ prompt: `of words of ${before}` })
            .changed({ op: 'add', path: [node], value: { response: `words of ${node}` } }),
        );
      }
    })
    .ended(fails ? 'failed' : 'success');
}

async function showFigure(kind: string, log: string): Promise<Figure> {
  const { ratio, base, ours } = await pair(
    ROUNDS,
    () => cpuMilliseconds(['replay', log, '--project', 'steps']),
    () => cpuMilliseconds(['show', log]),
  );
  return {
    what: `\`pflow show\` of a run of 300 nodes ${kind}, over \`pflow replay --project steps\`, processor time`,
    target: '≤ 1.3×',
    measured: `${ratio.toFixed(2)}× (${ours.toFixed(0)} ms over ${base.toFixed(0)} ms)`,
    reached: ratio <= 1.3,
  };
}

/** Counts a run, its workflow, its nodes and their calls. */
const SPANS = 2 * SPAN_NODES + 2;

async function spanFigures(
  folder: string,
  write: (name: string, run: RunBuilder) => string,
): Promise<readonly Figure[]> {
  const run = nodesInOrder(SPAN_NODES, false);
  const options = { pricing: loadPricing({}) };
  const [row] = project(createRuns(options), run.events);
  if (row === undefined) throw new Error('no run');
  const exported = { row, timeline: project(createTimeline(options), run.events), words: new Map() };
  const made = (): number => {
    const start = process.cpuUsage();
    [...otlpLine(exported, otlpOptionsOf({}))].join('');
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1_000;
  };
  made();
  const rate = SPANS / (median([made(), made(), made(), made(), made()]) / 1_000);
  const log = write('spans.ndjson', run);
  const { difference } = await pair(
    5,
    () => cpuMilliseconds(['export', '--help']),
    () => cpuMilliseconds(['export', log, '--to', 'otlp', '-o', join(folder, 'spans.otlp.jsonl')]),
  );
  const wholeRate = SPANS / (difference / 1_000);
  return [
    {
      what: 'spans of OTLP from a run in memory, for each second of processor time',
      target: '≥ 50,000',
      measured: countText(rate),
      reached: rate >= 50_000,
    },
    {
      what: '`pflow export --to otlp`, with reading the log and writing the file',
      target: '≥ 50,000',
      measured: countText(wholeRate),
      reached: wholeRate >= 50_000,
    },
  ];
}

function countText(count: number): string {
  return Math.round(count).toLocaleString('en');
}

/** Writes the processor time of the process, all threads, as it ends. */
const REPORT = `import { writeSync } from 'node:fs';
process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  writeSync(3, String((user + system) / 1000));
});`;

function cpuMilliseconds(args: readonly string[]): number {
  const options = ['--import', `data:text/javascript,${encodeURIComponent(REPORT)}`];
  const { output, stderr } = spawnSync(process.execPath, [...options, PROGRAM, ...args], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
  });
  const taken = Number(output[3]);
  if (!(taken > 0)) throw new Error(`${args.join(' ')} failed: ${stderr}`);
  return taken;
}

// What looking on costs: nothing without a flag, a few microseconds a node with metrics, and a trace that grows
// with what happened.
import { compileWorkflow } from '../src/workflow/compile.ts';
import type { Workflow } from '../src/workflow/schema.ts';
import { loadNodeTypes } from '../src/nodes/registry.ts';
import { startFold } from '../projections/fold.ts';
import { createMetrics } from '../projections/metrics/projection.ts';
import { createTrace } from '../projections/trace/projection.ts';
import { loadPricing } from '../src/home/prices/pricing.ts';
import { createNodeDecorator } from '../src/run/node-layers.ts';
import type { Figure } from './figures.ts';
import { benchRegistry, createSequence, createEchoSequence, handBuilt, memoryLog, run } from './flows.ts';
import { milliseconds, pair, type Pair } from './measure.ts';

const NODES = 2_000;

export async function nodeFigures(): Promise<Figure[]> {
  // The cold one comes first, while the process is young.
  const share = await metricsShare();
  return [layersWithoutFlag(), await noFlag(), await metricsPerNode(), ...share];
}

function layersWithoutFlag(): Figure {
  const workflow = createSequence('nothing', 3);
  const layers: string[] = [];
  compileWorkflow(workflow, {
    registry: benchRegistry,
    decorate: (node, spec) => {
      createNodeDecorator({ workflow, inputs: {} })(node, spec);
      layers.push(...node.layers);
    },
  });
  const instrumented = layers.filter((name) => name === 'instrumented').length;
  return {
    what: 'no flag: instrumented wrappers in the chain',
    target: '0',
    measured: String(instrumented),
    reached: instrumented === 0,
  };
}

async function noFlag(): Promise<Figure> {
  const hand = handBuilt(NODES);
  const workflow = createSequence('nothing', NODES);
  // Noise: how far two measurements of the very same thing lie apart.
  const noise = await pair(
    40,
    () => milliseconds(hand),
    () => milliseconds(hand),
  );
  const { base, ours } = await pair(40, () => milliseconds(hand), walkCompiled(workflow));
  const perNode = ((ours - base) * 1000) / NODES;
  const noisePerNode = Math.abs((noise.difference * 1000) / NODES);
  return {
    what: 'no flag: time per no-op node over a hand-built flow',
    target: 'within noise',
    measured: `${micro(perNode)} more (${micro((base * 1000) / NODES)} by hand, noise ${micro(noisePerNode)})`,
    reached: perNode <= Math.max(0.5, noisePerNode),
  };
}

/** Only the walk: compiling happens once, before the first node. */
function walkCompiled(workflow: ReturnType<typeof createSequence>): () => Promise<number> {
  const flow = compileWorkflow(workflow, {
    registry: benchRegistry,
    decorate: createNodeDecorator({ workflow, inputs: {} }),
  });
  const context = {
    signal: new AbortController().signal,
    cwd: '.',
    env: {},
    models: { answer: () => Promise.reject(new Error('no model here')) },
  };
  return () => milliseconds(() => flow.run({}, context));
}

const pricing = loadPricing();

/** As `--output-format json` does it. */
async function runWithMetrics(workflow: Workflow): Promise<void> {
  const log = memoryLog('metrics');
  const fold = startFold(createMetrics({ pricing }));
  log.follow((event) => {
    fold.add(event);
  });
  await run(workflow, benchRegistry, log);
  fold.result();
}

async function metricsPerNode(): Promise<Figure> {
  const workflow = createSequence('nothing', NODES);
  const { difference } = await pair(
    150,
    () => milliseconds(() => run(workflow, benchRegistry)),
    () => milliseconds(() => runWithMetrics(workflow)),
  );
  const perNode = (difference * 1000) / NODES;
  return {
    what: 'metrics level, in memory, with the live fold: added per no-op node',
    target: '≤ 8 µs',
    measured: micro(perNode),
    reached: perNode <= 8,
  };
}

/** Cold: the first runs of a process. Warm: after the same code has run some 600,000 nodes. */
async function metricsShare(): Promise<Figure[]> {
  const withLog = (workflow: Workflow): Promise<unknown> =>
    run(workflow, benchRegistry, memoryLog('metrics'));
  const cold = await shareOf(withLog, 5);
  await warmUp(withLog);
  const warm = await shareOf(withLog, 20);
  await warmUp(runWithMetrics);
  const folded = await shareOf(runWithMetrics, 20);
  const percent = ({ ratio }: Pair): string => `${((ratio - 1) * 100).toFixed(2)} %`;
  const what = 'metrics level, in memory: share of a workflow whose nodes take 1 ms';
  return [
    {
      what,
      target: '< 1 %',
      measured: `${percent(warm)} (in a process that has just started: ${percent(cold)})`,
      reached: warm.ratio < 1.01,
    },
    { what: `${what}, with the live fold`, measured: percent(folded) },
  ];
}

type Way = (workflow: Workflow) => Promise<unknown>;

function shareOf(way: Way, rounds: number): Promise<Pair> {
  const workflow = createSequence('working', 200);
  return pair(
    rounds,
    () => milliseconds(() => run(workflow, benchRegistry)),
    () => milliseconds(() => way(workflow)),
  );
}

async function warmUp(way: Way): Promise<void> {
  const idle = createSequence('nothing', NODES);
  for (let count = 0; count < 150; count += 1) {
    await run(idle, benchRegistry);
    await way(idle);
  }
}

export async function traceFigures(): Promise<Figure[]> {
  const registry = await loadNodeTypes(['echo']);
  const workflow = createEchoSequence(300);
  const { base, difference } = await pair(
    20,
    () => milliseconds(() => run(workflow, registry)),
    () => milliseconds(() => run(workflow, registry, memoryLog('trace'))),
  );
  const sizes = new Map<number, number>();
  for (const count of [300, 1_000, 2_000, 4_000]) {
    const log = memoryLog('trace');
    const fold = startFold(createTrace({ pricing }));
    log.follow((event) => {
      fold.add(event);
    });
    await run(createEchoSequence(count), registry, log);
    sizes.set(count, Buffer.byteLength(JSON.stringify(fold.result(), undefined, 2)));
  }
  const size = (count: number): number => sizes.get(count) ?? NaN;
  const growth = size(4_000) / size(2_000);
  return [
    {
      what: 'trace level, 300 echo nodes: run over no flag',
      target: '≤ 60 ms',
      measured: `${difference.toFixed(1)} ms (no flag ${base.toFixed(1)} ms)`,
      reached: difference <= 60,
    },
    {
      what: 'trace level, 300 echo nodes: trace file',
      target: '≤ 10 MB',
      measured: megabytes(size(300)),
      reached: size(300) <= 10e6,
    },
    {
      what: 'trace file, touched-only: 4,000 nodes over 2,000 nodes',
      target: 'linear: 2×',
      measured: `${growth.toFixed(2)}× (${megabytes(size(2_000))}, ${megabytes(size(4_000))})`,
      reached: growth < 2.1,
    },
  ];
}

function micro(value: number): string {
  return `${value.toFixed(2)} µs`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}

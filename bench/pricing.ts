// What money costs: the cost projection beside the metrics projection, and the first price of a process.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Projection } from '../projections/contract.ts';
import { createCost } from '../projections/cost/projection.ts';
import { startFold } from '../projections/fold.ts';
import { createMetrics } from '../projections/metrics/projection.ts';
import { loadPricing } from '../src/home/prices/pricing.ts';
import type { LogEvent } from '../src/events/event.ts';
import type { Figure } from './figures.ts';
import { milliseconds, pair, processMilliseconds } from './measure.ts';

const PROGRAM = 'dist/bin/pflow.js';
const NODES = 60_000;

const MODELS = [
  'anthropic/claude-sonnet-4-5',
  'openai/gpt-4o-mini',
  'google/gemini-2.5-pro',
  'openai/o3',
  'unknown/new-model',
];

const RUN = '0199f3a0-1c2d-7e3f-8a4b-000000000001';
const START = Date.UTC(2026, 10, 1);

export async function pricingFigures(): Promise<Figure[]> {
  const calls = callsOf(NODES);
  return [
    await costOverMetrics('a run of nodes with one call each', withNodes(calls)),
    await costOverMetrics('nothing but calls', calls),
    await firstPrice(),
  ];
}

function callsOf(count: number): LogEvent[] {
  return Array.from({ length: count }, (_, index) => {
    const input_tokens = 200 + ((index * 7919) % 300_000);
    return {
      type: 'llm.completed',
      seq: index,
      run: RUN,
      at: new Date(START + index * 1000).toISOString(),
      ms: index,
      phase: 'workflow',
      node: `node-${String(index % 40)}`,
      data: {
        call: index + 1,
        provider: 'anthropic',
        model: MODELS[index % MODELS.length] ?? '',
        usage: {
          input_tokens,
          output_tokens: index % 3000,
          total_tokens: input_tokens + (index % 3000),
          cache_creation_input_tokens: 0,
          cache_read_input_tokens: index % 5000,
        },
        duration_ms: 800,
      },
    };
  });
}

/** As a run writes it: each call between the start and the end of its node. */
function withNodes(calls: readonly LogEvent[]): LogEvent[] {
  return calls.flatMap((call) => {
    const { seq, run, at, ms, phase, node } = call;
    const place = { seq, run, at, ms, phase: phase ?? 'workflow', node: node ?? '' };
    return [
      { type: 'node.started', ...place, data: { node_type: 'llm' } },
      call,
      {
        type: 'node.completed',
        ...place,
        data: { node_type: 'llm', action: 'default', duration_ms: 801.5 },
      },
    ];
  });
}

async function costOverMetrics(what: string, log: readonly LogEvent[]): Promise<Figure> {
  const pricing = loadPricing();
  const timed = <S, R>(projection: Projection<S, R>): (() => Promise<number>) => {
    return () =>
      milliseconds(() => {
        const fold = startFold(projection);
        for (const event of log) fold.add(event);
        return fold.result();
      });
  };
  const { ratio, base, ours } = await pair(
    15,
    timed(createMetrics({ pricing })),
    timed(createCost({ pricing })),
  );
  return {
    what: `cost over metrics, ${String(log.length)} events: ${what}`,
    target: '≤ 1.3×',
    measured: `${ratio.toFixed(2)}× (${ours.toFixed(0)} ms over ${base.toFixed(0)} ms)`,
    reached: ratio <= 1.3,
  };
}

/** Whole processes over the same log: in one the call has no usage, so that no price is looked up. */
async function firstPrice(): Promise<Figure> {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-bench-'));
  const replay = (name: string, usage: Readonly<Record<string, number>>): (() => number) => {
    const path = join(folder, name);
    writeFileSync(path, logOf(usage));
    return () => processMilliseconds([PROGRAM, 'replay', path, '--project', 'cost']);
  };
  try {
    const { difference } = await pair(
      25,
      replay('without.ndjson', {}),
      replay('with.ndjson', { input_tokens: 100, output_tokens: 10 }),
    );
    return {
      what: 'the first price of a process: reading the built-in prices',
      target: '≤ 40 ms',
      measured: `${difference.toFixed(1)} ms`,
      reached: difference <= 40,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function logOf(usage: Readonly<Record<string, number>>): string {
  const place = { run: RUN, at: new Date(START).toISOString(), ms: 0 };
  const started = {
    format: 1,
    pflow: '1.0.0',
    node_version: process.version,
    level: 'metrics',
    workflow: null,
    source: 'file',
  };
  const call = { call: 1, provider: 'openai', model: 'openai/gpt-4o-mini', usage, duration_ms: 1 };
  return [
    { type: 'run.started', seq: 0, ...place, data: started },
    { type: 'llm.completed', seq: 1, ...place, data: call },
  ]
    .map((event) => `${JSON.stringify(event)}\n`)
    .join('');
}

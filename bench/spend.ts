// Measures adding up a thousand logs, as a multiple of the time of jq. For jq, the tokens of one model suffice.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { ModelClient } from '../src/models/model.ts';
import { loadNodeTypes } from '../src/nodes/registry.ts';
import { systemLogHost } from '../src/log/write/log-host.ts';
import { openNdjsonLog } from '../src/log/write/ndjson-log.ts';
import { createRedactor } from '../src/log/secrets/redaction.ts';
import { runWorkflow } from '../src/run/run-workflow.ts';
import { VERSION } from '../src/version.ts';
import { workflowSchema } from '../src/workflow/schema.ts';
import type { Figure } from './figures.ts';
import { pair, processMilliseconds } from './measure.ts';

const PROGRAM = 'dist/bin/pflow.js';
const LOGS = 1_000;
const EVENTS = 1_000_000;
const MODELS = [
  'openai/gpt-4o-mini',
  'anthropic/claude-sonnet-4-0',
  'google/gemini-2.5-flash',
  'openai/gpt-4o',
] as const;
/** Makes about a thousand events a run, at either level. */
const NODES = { trace: 142, metrics: 332 } as const;
const DAY_MS = 86_400_000;
const ROUNDS = 5;

type Level = keyof typeof NODES;

export async function spendFigures(): Promise<Figure[]> {
  return [await spend('trace', 0.5), await spend('metrics', 0.5)];
}

async function spend(level: Level, most: number): Promise<Figure> {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-bench-'));
  try {
    for (let run = 0; run < LOGS; run += 1) await writeLog(folder, level, run);
    const logs = readdirSync(folder).map((name) => join(folder, name));
    const bytes = logs.reduce((sum, path) => sum + statSync(path).size, 0);
    checkSame(logs);
    const { ratio, base, ours } = await pair(
      ROUNDS,
      () => jq(SUM, logs).milliseconds,
      () => processMilliseconds([PROGRAM, 'spend', folder, '--no-cache']),
    );
    return {
      what: `\`pflow spend\` over ${LOGS} logs of level ${level} (${(bytes / 1e6).toFixed(0)} MB) over \`jq\` that sums the tokens of one model`,
      target: `≤ ${most}×`,
      measured: `${ratio.toFixed(2)}× (${(ours / 1000).toFixed(2)} s over ${(base / 1000).toFixed(2)} s)`,
      reached: ratio <= most,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const SUM = `reduce (inputs | select(.type == "llm.completed" and .data.model == "${MODELS[0]}")) as $call (0; . + $call.data.usage.total_tokens)`;

function jq(
  filter: string,
  logs: readonly string[],
): { readonly text: string; readonly milliseconds: number } {
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync('jq', ['-n', filter, ...logs]);
  if (status !== 0) throw new Error(`jq ended with ${status}: ${stderr.toString()}`);
  return { text: stdout.toString().trim(), milliseconds: performance.now() - start };
}

/** Checks that both give the same result; otherwise comparing their times is meaningless. */
function checkSame(logs: readonly string[]): void {
  const events = Number(jq('reduce inputs as $event (0; . + 1)', logs).text);
  if (Math.abs(events - EVENTS) > EVENTS / 100) throw new Error(`the logs have ${events} events`);
  const { stdout } = spawnSync(process.execPath, [PROGRAM, 'spend', ...logs, '--by', 'model', '--json']);
  const { groups } = JSON.parse(stdout.toString()) as {
    readonly groups: readonly { readonly group: string; readonly tokens_total: number }[];
  };
  const ours = groups.find(({ group }) => group === MODELS[0])?.tokens_total;
  const theirs = Number(jq(SUM, logs).text);
  if (ours !== theirs) throw new Error(`pflow counts ${ours} tokens, jq ${theirs}`);
}

async function writeLog(folder: string, level: Level, run: number): Promise<void> {
  const start = Date.UTC(2026, 0, 1) + Math.floor((run * 90) / LOGS) * DAY_MS;
  const host = { ...systemLogHost, now: () => start };
  const log = openNdjsonLog(join(folder, `${run}.ndjson`), {
    level,
    host,
    redactor: createRedactor({ env: {} }),
  });
  const workflow = workflowSchema.parse({
    nodes: Array.from({ length: NODES[level] }, (_, index) => ({
      id: `step${index}`,
      type: 'llm',
      params: {
        model: MODELS[(run + index) % MODELS.length],
        prompt: 'Sum up: ${text}',
      },
    })),
    inputs: { text: { type: 'string' } },
    outputs: { last: { source: `\${step${NODES[level] - 1}.response}` } },
  });
  await runWorkflow({
    workflow,
    ir: workflow,
    name: `report${run % 7}`,
    source: 'file',
    inputs: { values: { text: 'x'.repeat(200) }, origins: { text: 'given' }, secrets: [] },
    registry: await loadNodeTypes(['llm']),
    models: answering,
    log,
    signal: new AbortController().signal,
    cwd: '.',
    env: {},
    host,
    version: VERSION,
  });
  log.close();
}

const answering: ModelClient = {
  answer: ({ model }) => {
    const usage = {
      input_tokens: 1250,
      output_tokens: 600,
      total_tokens: 1850,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 512,
    };
    const provider = model.split('/')[0] ?? '';
    return Promise.resolve({
      text: 'y'.repeat(100),
      provider,
      model,
      usage,
      raw_usage: usage,
      finish_reason: 'stop',
    });
  },
};

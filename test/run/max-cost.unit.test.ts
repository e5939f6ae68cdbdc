// Invariant: wherever a run calls models, it makes no call once the cost has reached the limit.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ModelAnswer, ModelClient } from '../../src/models/model.ts';
import { runFile, type RunFileOptions } from '../../src/run/run-workflow-file.ts';
import type { RunOutcome } from '../../src/run/run-request.ts';

const MINI = 'openai/gpt-4o-mini';
const MILLION = { input_tokens: 1_000_000, output_tokens: 0 };

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pflow-limit-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

interface LimitedRun {
  readonly calls: number;
  readonly code: string | undefined;
}

async function run(
  flow: object,
  options: Partial<RunFileOptions>,
  answer: Partial<ModelAnswer> = {},
): Promise<LimitedRun> {
  const { calls, error } = await runLimited(flow, options, answer);
  return { calls, code: error?.code };
}

/** By default each call costs 0.15 dollars. */
async function runLimited(
  flow: object,
  options: Partial<RunFileOptions>,
  answer: Partial<ModelAnswer>,
): Promise<{ readonly calls: number; readonly error: RunOutcome['error'] }> {
  let calls = 0;
  const models: ModelClient = {
    answer: (_request, _signal, _caller, details) => {
      calls += 1;
      details?.onSent?.();
      const usual = {
        text: 'Yes.',
        provider: 'openai',
        model: MINI,
        usage: MILLION,
        finish_reason: 'stop',
      } as const;
      return Promise.resolve({ ...usual, ...answer });
    },
  };
  const path = join(folder, 'flow.json');
  writeFileSync(path, JSON.stringify(flow));
  const env = { HOME: folder, PFLOW_HOME: folder };
  const outcome = await runFile(path, { cwd: folder, env, models, ...options });
  return { calls, error: outcome.error };
}

const llm = (id: string, more: object = {}): object => ({
  id,
  type: 'llm',
  params: { model: MINI, prompt: id },
  ...more,
});

const THREE = { nodes: [llm('one'), llm('two'), llm('three')] };
const TEN = Array.from({ length: 10 }, (_, index) => index);
const nested = (ir: object, more: object = {}): object => ({
  id: 'child',
  type: 'workflow',
  params: { ir },
  ...more,
});

const PLACES: readonly (readonly [string, object])[] = [
  ['nodes one after the other', THREE],
  ['a nested workflow', { nodes: [nested(THREE)] }],
  ['a workflow nested twice', { nodes: [nested({ nodes: [nested(THREE)] })] }],
  ['a parent and its nested workflow', { nodes: [llm('first'), nested(THREE)] }],
  ['a batch', { nodes: [llm('all', { batch: { items: TEN } })] }],
  [
    'a batch that goes on after failures',
    { nodes: [llm('all', { batch: { items: TEN, error_handling: 'continue' } })] },
  ],
  ['a batch of nested workflows', { nodes: [nested(THREE, { batch: { items: TEN } })] }],
  [
    'a loop',
    {
      nodes: [llm('again', { loop: { until: '${stop}', max_iterations: 9 } })],
      inputs: { stop: { default: 'no' } },
    },
  ],
  [
    'a loop over a nested workflow',
    {
      nodes: [nested(THREE, { loop: { until: '${stop}', max_iterations: 9 } })],
      inputs: { stop: { default: 'no' } },
    },
  ],
];

test.each(PLACES)('no call is made beyond the limit: %s', async (_place, flow) => {
  expect(await run(flow, { maxCost: 0.2 })).toEqual({ calls: 2, code: 'MAX_COST_REACHED' });
  expect(await run({ ...flow, max_cost_usd: 0.2 }, {})).toEqual({ calls: 2, code: 'MAX_COST_REACHED' });
  expect(await run(flow, { maxCost: 0 })).toEqual({ calls: 0, code: 'MAX_COST_REACHED' });
});

test.each([
  [
    'a parallel batch',
    llm('all', {
      batch: { items: TEN, parallel: true },
      params: { model: MINI, prompt: 'p', max_tokens: 1_000_000 },
    }),
  ],
  [
    'a parallel batch of nested workflows',
    nested(
      { nodes: [llm('one', { params: { model: MINI, prompt: 'p', max_tokens: 1_000_000 } })] },
      { batch: { items: TEN, parallel: true } },
    ),
  ],
])('%s waits for the calls in flight', async (_place, node) => {
  expect(await run({ nodes: [node] }, { maxCost: 0.1 })).toEqual({ calls: 1, code: 'MAX_COST_REACHED' });
});

test('the limit of a nested workflow ends its run, and the parent goes on by an error edge only', async () => {
  const child = nested({ ...THREE, max_cost_usd: 0.2 });
  expect((await run({ nodes: [child, llm('after')] }, {})).calls).toBe(2);
});

describe('the cost that counts', () => {
  const bill = { provider_cost_usd: 0.5 };
  test.each([
    ['auto', bill, { calls: 1, code: 'MAX_COST_REACHED' }],
    ['calculated', bill, { calls: 3, code: undefined }],
    ['reported', bill, { calls: 1, code: 'MAX_COST_REACHED' }],
    ['auto', {}, { calls: 3, code: undefined }],
    ['reported', {}, { calls: 1, code: 'COST_UNKNOWN' }],
    ['auto', { provider_cost_usd: 0 }, { calls: 3, code: undefined }],
    ['reported', { provider_cost_usd: 0 }, { calls: 1, code: 'COST_UNKNOWN' }],
    [
      'auto',
      { usage: { input_tokens: 1, output_tokens: 1, reasoning_tokens: 2 } },
      { calls: 1, code: 'COST_UNKNOWN' },
    ],
  ] as const)('is that of --cost-source %s: %o', async (costSource, answer, expected) => {
    expect(await run(THREE, { maxCost: 0.46, costSource }, answer)).toEqual(expected);
    expect(await run(THREE, { maxCost: 0.46, costSource, unknownModel: 'fallback' }, answer)).toEqual(
      expected,
    );
  });
});

test.each([
  [
    'reported',
    {},
    new RegExp(`^a call of ${MINI} has no bill of its provider, so the limit cannot be held$`, 'u'),
    /--cost-source auto/u,
  ],
  [
    'auto',
    { usage: {} },
    new RegExp(`^a call of ${MINI} reported no usage, so the limit cannot be held$`, 'u'),
    /max_tokens/u,
  ],
  [
    'calculated',
    { usage: { input_tokens: 1, output_tokens: 1, reasoning_tokens: 2 } },
    new RegExp(`^a call of ${MINI} reported a usage that contradicts itself \\(.+\\), so`, 'u'),
    /max_tokens/u,
  ],
] as const)(
  'COST_UNKNOWN with --cost-source %s after %o names the reason',
  async (costSource, answer, message, hint) => {
    const { error } = await runLimited(THREE, { maxCost: 5, costSource }, answer);
    expect(error).toMatchObject({
      code: 'COST_UNKNOWN',
      message: expect.stringMatching(message) as string,
      hint: expect.stringMatching(hint) as string,
    });
  },
);

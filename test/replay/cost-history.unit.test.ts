// The average cost of a node comes from completed calls with a known cost.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPricing } from '../../projections/pricing/create-pricing.ts';
import type { EventDraft } from '../../src/events/event.ts';
import type { Usage } from '../../src/events/usage.ts';
import { readCostHistory } from '../../src/replay/cost-history.ts';
import { bytesOf, eventsOf } from '../log/log-bytes-of.ts';
import { completed, STARTED } from '../log/some-drafts.ts';
import { priceBookOf } from '../support/model-calls.ts';

const MODEL = 'acme/one';
const pricing = createPricing({
  books: [priceBookOf({ [MODEL]: { input: 1, output: 1 } })],
  unknownModel: 'null',
});
const place = { phase: 'workflow', node: 'ask' } as const;
const error = { name: 'Error', message: 'cut off' };

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pflow-history-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

type Draft = (call: number) => EventDraft;

/** Costs a dollar for a million tokens. */
const answered =
  (usage: Usage, model = MODEL): Draft =>
  (call) => ({
    type: 'llm.completed',
    ...place,
    data: { call, provider: 'acme', model, usage, duration_ms: 1 },
  });
const paid = answered({ input_tokens: 1_000_000, output_tokens: 0 });
const contradictory = answered({ input_tokens: 0, output_tokens: 1, reasoning_tokens: 2 });
const failed =
  (data: { readonly usage?: Usage; readonly unmetered?: true }): Draft =>
  (call) => ({ type: 'llm.failed', ...place, data: { call, model: MODEL, duration_ms: 1, error, ...data } });

test.each([
  ['a call of a known cost', [paid], 1],
  ['a call that failed after it was sent', [failed({ unmetered: true })], undefined],
  ['a call that was refused', [failed({})], undefined],
  ['an answer without a usage', [answered({})], undefined],
  ['an answer without a usage after a failure', [failed({ unmetered: true }), answered({})], undefined],
  ['a usage that contradicts itself', [contradictory], undefined],
  ['a known and an unknown call', [paid, answered({})], 2],
  ['a known and a contradictory call', [paid, contradictory], 2],
  [
    'a failure with a usage and two answers',
    [failed({ usage: { input_tokens: 500_000 } }), paid, answered({})],
    2.5,
  ],
  ['a failure without a usage and an answer', [failed({ unmetered: true }), paid], 1],
  ['a model without a price', [paid, answered({ input_tokens: 1 }, 'acme/other')], undefined],
] as const)('the average cost of a node: %s', async (_name, calls: readonly Draft[], usd) => {
  const events = eventsOf([
    STARTED,
    ...calls.map((draft, index) => draft(index + 1)),
    completed(calls.length + 1),
  ]);
  const log = join(folder, 'run.ndjson');
  writeFileSync(log, bytesOf(events));
  const { usdByNode, runs } = await readCostHistory([log], 'w', pricing);
  expect([runs, usdByNode.get('ask')]).toEqual([1, usd]);
});

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { EventOf, LogEvent } from '../../../src/events/event.ts';
import { readBill } from '../../../src/models/usage/bill.ts';
import { createCost } from '../../../projections/cost/projection.ts';
import { costSchema, type Cost } from '../../../projections/cost/schema.ts';
import { project, step } from '../../../projections/fold.ts';
import type { CostSource } from '../../../projections/pricing/call-bill.ts';
import { createPricing, type Pricing } from '../../../projections/pricing/create-pricing.ts';
import { cataloguePricing, completedCall, failedCall, priceBookOf } from '../../support/model-calls.ts';

const BOOK = priceBookOf({
  'openai/gpt-4o-mini': { input: 0.15, output: 0.6, aliases: ['gpt-4o-mini'] },
  'anthropic/claude-sonnet-4-0': { input: 3, output: 15, cache_read: 0.3 },
});

const pricing = createPricing({ books: [BOOK] });

const MINI = 'openai/gpt-4o-mini';
const usage = { input_tokens: 1000, output_tokens: 500 };

function costOf(log: readonly LogEvent[], options: Partial<Parameters<typeof createCost>[0]> = {}): Cost {
  const cost = project(createCost({ pricing, ...options }), log);
  expect(costSchema.strict().parse(cost)).toEqual(cost);
  return cost;
}

describe('the cost of a log', () => {
  test('is 0 and exact without a model call', () => {
    expect(costOf([])).toEqual({
      currency: 'USD',
      total_cost_usd: '0',
      exact: true,
      doubts: [],
      known_cost_usd: '0',
      estimated_cost_usd: '0',
      reused_cost_usd: '0',
      calls: 0,
      failed_calls: 0,
      reused_calls: 0,
      by_model: [],
      by_node: [],
      by_phase: [],
      estimated: [],
      unpriced: [],
      rejected: [],
      unmetered: [],
      pricing: {
        source: 'test',
        version: '1',
        as_of: null,
        as_model: null,
        unknown_model: 'fallback',
        cost_source: 'auto',
        books: [{ source: 'test', version: '1', date: null, sha256: null }],
      },
    });
  });

  test('is listed by model, node and phase', () => {
    const cost = costOf([
      completedCall({ model: MINI, phase: 'planner', node: 'plan', usage }),
      completedCall({ model: MINI, node: 'write', usage: { ...usage, reasoning_tokens: 100 } }),
      completedCall({
        model: 'anthropic/claude-sonnet-4-0',
        node: 'write',
        usage: { ...usage, cache_read_input_tokens: 100, total_tokens: 1600 },
      }),
    ]);
    const tokens = { tokens_cache_creation: 0, failed_calls: 0, reused_calls: 0 };
    const price = {
      by: 'model',
      rule: 'exact',
      source: 'test',
      tier: null,
      service_tier: null,
      state: 'priced',
    };
    expect(cost.total_cost_usd).toBe('0.01143');
    expect(cost.by_model).toEqual([
      {
        model: 'anthropic/claude-sonnet-4-0',
        calls: 1,
        ...tokens,
        tokens_input: 1000,
        tokens_output: 500,
        tokens_total: 1500,
        tokens_cache_read: 100,
        tokens_reasoning: 0,
        cost_usd: '0.01053',
        reused_cost_usd: '0',
        state: 'priced',
        prices: [{ calls: 1, entry: 'anthropic/claude-sonnet-4-0', ...price }],
      },
      {
        model: MINI,
        calls: 2,
        ...tokens,
        tokens_input: 2000,
        tokens_output: 1000,
        tokens_total: 3000,
        tokens_cache_read: 0,
        tokens_reasoning: 100,
        cost_usd: '0.0009',
        reused_cost_usd: '0',
        state: 'priced',
        prices: [{ calls: 2, entry: MINI, ...price }],
      },
    ]);
    expect(
      cost.by_node.map(({ node, phase, calls, cost_usd }) => ({ node, phase, calls, cost_usd })),
    ).toEqual([
      { node: 'plan', phase: 'planner', calls: 1, cost_usd: '0.00045' },
      { node: 'write', phase: 'workflow', calls: 2, cost_usd: '0.01098' },
    ]);
    expect(cost.by_phase).toEqual([
      { phase: 'planner', calls: 1, failed_calls: 0, reused_calls: 0, cost_usd: '0.00045' },
      { phase: 'workflow', calls: 2, failed_calls: 0, reused_calls: 0, cost_usd: '0.01098' },
    ]);
  });

  test('a failed call is paid if it reports its usage, and only counted otherwise', () => {
    const cost = costOf([failedCall(MINI, usage), failedCall(MINI)]);
    expect([cost.calls, cost.failed_calls, cost.total_cost_usd, cost.exact]).toEqual([1, 2, '0.00045', true]);
  });

  test('a reused answer costs nothing, and its saved cost is listed separately', () => {
    const reused = { run: 'run-0', seq: 4 };
    const cost = costOf([
      completedCall({ model: MINI, usage }),
      completedCall({ model: MINI, usage, reused, seq: 2 }),
    ]);
    expect([cost.total_cost_usd, cost.reused_cost_usd, cost.calls, cost.reused_calls]).toEqual([
      '0.00045',
      '0.00045',
      1,
      1,
    ]);
    expect(cost.by_model[0]).toMatchObject({ calls: 1, reused_calls: 1, tokens_total: 1500 });
  });

  test('a reused answer of an unknown model keeps the total exact', () => {
    expect(
      costOf([completedCall({ model: 'acme/unknown', usage, reused: { run: 'r', seq: 1 } })]).exact,
    ).toBe(true);
  });
});

describe('gaps in a total', () => {
  test('fallback: the model is listed as estimated, with similar names', () => {
    const cost = costOf([
      completedCall({ model: MINI, usage }),
      completedCall({ model: 'openai/gpt-4o-mni', usage }),
    ]);
    expect([cost.exact, cost.total_cost_usd, cost.known_cost_usd, cost.estimated_cost_usd]).toEqual([
      false,
      '0.01095',
      '0.00045',
      '0.0105',
    ]);
    expect(cost.estimated).toEqual([
      {
        model: 'openai/gpt-4o-mni',
        calls: 1,
        reason: 'the price books do not know this model',
        nearest: ['openai/gpt-4o-mini', 'gpt-4o-mini'],
        cost_usd: '0.0105',
        entry: 'anthropic/claude-sonnet-4-0',
      },
    ]);
  });

  test.each(['null', 'error'] as const)(
    '%s: other models keep their prices beside an unknown one',
    (unknownModel) => {
      const cost = costOf(
        [completedCall({ model: MINI, usage }), completedCall({ model: 'acme/unknown', usage })],
        {
          pricing: createPricing({ books: [BOOK], unknownModel }),
        },
      );
      expect([cost.exact, cost.total_cost_usd, cost.pricing.unknown_model]).toEqual([
        false,
        '0.00045',
        unknownModel,
      ]);
      expect(cost.unpriced).toEqual([
        {
          model: 'acme/unknown',
          calls: 1,
          reason: 'the price books do not know this model',
          nearest: [],
          tokens: 1500,
        },
      ]);
    },
  );

  test('an empty usage is unmetered, and a contradictory usage is rejected', () => {
    const cost = costOf([
      completedCall({ model: MINI, usage: {} }),
      completedCall({ model: MINI, usage: { output_tokens: 1, reasoning_tokens: 2 } }),
    ]);
    expect([cost.total_cost_usd, cost.exact, cost.by_model[0]?.state]).toEqual(['0', false, 'rejected']);
    const reason = 'the provider reported no usage';
    expect(cost.unmetered).toEqual([{ model: MINI, calls: 1, reason }]);
    const failed = costOf([{ ...failedCall(MINI), data: { ...failedCall(MINI).data, unmetered: true } }]);
    expect(failed.unmetered.map((one) => one.reason)).toEqual([
      'the call failed after its request was sent, and reported no usage',
    ]);
    expect(cost.rejected).toEqual([
      { model: MINI, calls: 1, reason: 'reasoning, audio and image output exceed output_tokens' },
    ]);
  });
});

describe('the cost that a provider reports', () => {
  const billed = (bill: number): EventOf<'llm.completed'> =>
    completedCall({ model: MINI, usage, provider_cost_usd: bill });
  const sourced = (costSource: CostSource): Pricing => createPricing({ books: [BOOK], costSource });

  test.each([
    // The calculated cost is 0.00045.
    ['auto', '0.0008998', true],
    ['calculated', '0.0009', true],
    ['reported', '0.0004498', false],
  ] as const)('counts as --cost-source %s decides', (source, total, exact) => {
    const cost = costOf([billed(0.0004498), completedCall({ model: MINI, usage, seq: 2 })], {
      pricing: sourced(source),
    });
    expect([cost.total_cost_usd, cost.exact]).toEqual([total, exact]);
    expect(cost.unpriced.map(({ reason }) => reason)).toEqual(
      source === 'reported' ? ['the provider reported no cost'] : [],
    );
  });

  test.each([
    [0.00045, []],
    [0.0004499, []],
    [0.0004, ['REPORTED_DIFFERS']],
    [0.0005, ['REPORTED_DIFFERS']],
    [0, ['REPORTED_DIFFERS']],
  ])('%d is a doubt if it differs by more than 1 %%, whichever figure counts', (bill, codes) => {
    for (const source of ['auto', 'calculated'] as const) {
      const { doubts, exact } = costOf([billed(bill)], { pricing: sourced(source) });
      expect([source, doubts.map(({ code }) => code), exact]).toEqual([source, codes, codes.length === 0]);
    }
  });

  test.each([
    ['auto', MINI, '0.00045', 'priced'],
    ['reported', MINI, '0', 'unpriced'],
    ['auto', 'acme/new', '0.0105', 'estimated'],
    ['auto', 'ollama/llama3', '0', 'reported'],
    ['reported', 'ollama/llama3', '0', 'reported'],
  ] as const)('of 0 counts as --cost-source %s decides for %s', (source, model, total, state) => {
    const log = [completedCall({ model, usage, provider_cost_usd: 0 })];
    const cost = costOf(log, { pricing: sourced(source) });
    const isFree = state === 'reported';
    expect([cost.total_cost_usd, cost.by_model[0]?.state, cost.exact]).toEqual([total, state, isFree]);
  });

  test.each([
    ['absent', {}, 'USAGE_UNREAD'],
    ['contradictory', { ...usage, reasoning_tokens: 501 }, 'TOTAL_MISMATCH'],
  ])('counts beside a usage that is %s, and is not exact', (_name, own, code) => {
    const cost = costOf([completedCall({ model: MINI, usage: own, provider_cost_usd: 0.5 })]);
    const { total_cost_usd, exact, by_model, doubts } = cost;
    expect([total_cost_usd, exact, by_model[0]?.state]).toEqual(['0.5', false, 'reported']);
    expect(doubts.map((doubt) => doubt.code)).toEqual([code]);
  });

  test('is exact for a model whose price is not known', () => {
    const unknown = completedCall({ model: 'acme/new', usage, provider_cost_usd: 0.00012 });
    const { total_cost_usd, exact, by_model } = costOf([unknown]);
    expect([total_cost_usd, exact, by_model[0]?.state]).toEqual(['0.00012', true, 'reported']);
  });

  test('is listed beside our cost with the difference, by model and in total', () => {
    const cost = costOf([
      completedCall({ model: MINI, usage, provider_cost_usd: 0.0004 }),
      completedCall({ model: MINI, usage, provider_cost_usd: 1e-7 }),
      completedCall({ model: MINI, usage }),
    ]);
    const reported = {
      calls: 2,
      provider_cost_usd: '0.0004001',
      cost_usd: '0.0009',
      difference_usd: '0.0004999',
    };
    expect(cost.reported).toEqual(reported);
    expect(cost.by_model[0]?.reported).toEqual(reported);
    expect(cost.total_cost_usd).toBe('0.0008501');
  });

  test('of OpenRouter is the number in its answer, byte for byte', () => {
    const path = new URL('../../../fixtures/providers/openai-chat-openrouter.json', import.meta.url);
    const { raw_usage: _raw, ...bill } = readBill(JSON.parse(readFileSync(path, 'utf8')), {
      provider: 'openrouter',
      model: '',
    });
    const model = 'openrouter/anthropic/claude-sonnet-4';
    const event = completedCall({ ...bill, model, provider: 'openrouter' });
    const { by_model, total_cost_usd } = costOf([event, event], { pricing: cataloguePricing() });
    expect(by_model.map(({ model: name, state, reported }) => ({ name, state, reported }))).toEqual([
      {
        name: model,
        state: 'reported',
        reported: {
          calls: 2,
          provider_cost_usd: '0.00246',
          cost_usd: '0.004494',
          difference_usd: '0.002034',
        },
      },
    ]);
    expect(total_cost_usd).toBe('0.00246');
  });
});

describe('--explain', () => {
  test('lists each call with its price, rule and parts, run by run', () => {
    const later = completedCall({ run: 'run-2', model: MINI, usage: {} });
    const call = completedCall({
      seq: 7,
      model: 'openai/gpt-4',
      response_model: 'gpt-4o-mini-2024-07-18',
      provider_cost_usd: 0.0005,
      usage,
    });
    const { lines } = costOf([later, call], { explain: true });
    expect(lines?.map(({ run, cost_usd, state }) => [run, cost_usd, state])).toEqual([
      ['run-1', '0.0005', 'reported'],
      ['run-2', null, 'unmetered'],
    ]);
    expect(lines?.[0]).toEqual({
      run: 'run-1',
      seq: 7,
      at: '2026-11-22T09:30:00.000Z',
      phase: 'workflow',
      node: 'write',
      call: 7,
      model: 'openai/gpt-4',
      response_model: 'gpt-4o-mini-2024-07-18',
      state: 'reported',
      reason: null,
      doubts: [
        {
          code: 'REPORTED_DIFFERS',
          reason: "the provider's bill differs from the calculated cost by more than 1 %",
        },
      ],
      reused: false,
      entry: MINI,
      by: 'response_model',
      rule: 'vendor prefix, date suffix',
      source: 'test',
      tier: null,
      service_tier: null,
      cost_usd: '0.0005',
      provider_cost_usd: '0.0005',
      parts: [
        { what: 'input', count: 1000, priced_as: 'input', price: '0.15', amount_usd: '0.00015' },
        { what: 'output', count: 500, priced_as: 'output', price: '0.6', amount_usd: '0.0003' },
      ],
    });
  });

  test('changes no other field', () => {
    const log = [completedCall({ model: MINI, usage })];
    const { lines, ...rest } = costOf(log, { explain: true });
    expect(lines).toHaveLength(1);
    expect(rest).toEqual(costOf(log));
  });
});

test('live and bulk folds give the same result, and earlier live states do not change', () => {
  const projection = createCost({ pricing, explain: true });
  const requests = { web_search: 2 };
  const log = [
    completedCall({ model: MINI, usage }),
    completedCall({ model: MINI, usage: { ...usage, requests }, seq: 2 }),
    completedCall({ model: MINI, usage: { ...usage, requests }, seq: 3, provider_cost_usd: 0.1 }),
    failedCall(MINI),
  ];
  const states = [projection.initial()];
  for (const event of log) states.push(step(projection, states.at(-1) ?? projection.initial(), event));
  for (const [index, state] of states.entries()) {
    expect(projection.result(state)).toEqual(costOf(log.slice(0, index), { explain: true }));
  }
});

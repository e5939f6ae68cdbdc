// Invariant: once the cost reaches the limit no further model call is made, whatever edges and retries there are, and
// without a known price no model call is made at all.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  documentOf,
  eventsIn,
  testProvider,
  expectTextError,
  workbench,
  type Workbench,
} from '../../support/workbench.ts';

/** A million input tokens of gpt-4o-mini: 0.15 dollars a call. */
const TOKENS = { input: 1_000_000, output: 0 };

function callingThreeTimes(model: string, more: object = {}): object {
  const node = (id: string): object => ({ id, type: 'llm', params: { model, prompt: `Question ${id}` } });
  return { nodes: [node('one'), node('two'), node('three')], ...more };
}

async function bench(
  flow: object,
): Promise<{ readonly bench: Workbench; readonly requestCount: () => number }> {
  const provider = await testProvider({ rules: [{ then: { do: 'answer', text: 'Yes.', tokens: TOKENS } }] });
  const made = workbench(provider.env);
  made.write('flow.json', flow);
  return { bench: made, requestCount: () => provider.requests.length };
}

test('the run stops before the next call after the limit, with exit 4, and reports what was spent', async () => {
  const { bench: at, requestCount } = await bench(callingThreeTimes('openai/gpt-4o-mini'));
  const run = await at.run(['flow.json', '--max-cost', '0.2']);
  expect(expectTextError(run, 4, 'MAX_COST_REACHED')[0]).toBe(
    'error MAX_COST_REACHED: spent $0.3 of the $0.2 limit; no further model call is made',
  );
  expect(requestCount()).toBe(2);
});

test('a cost of exactly the limit stops the run', async () => {
  const { bench: at, requestCount } = await bench(callingThreeTimes('openai/gpt-4o-mini'));
  expect((await at.run(['flow.json', '--max-cost', '0.30'])).code).toBe(4);
  expect(requestCount()).toBe(2);
});

test('a cost below the limit changes nothing', async () => {
  const { bench: at, requestCount } = await bench(callingThreeTimes('openai/gpt-4o-mini'));
  const run = await at.run(['flow.json', '--max-cost', '0.46']);
  expect(run).toMatchObject({ code: 0, stdout: 'Yes.\n', stderr: '' });
  expect(requestCount()).toBe(3);
});

test('a limit of 0 makes no call', async () => {
  const { bench: at, requestCount } = await bench(callingThreeTimes('openai/gpt-4o-mini'));
  expect((await at.run(['flow.json', '--max-cost', '0'])).code).toBe(4);
  expect(requestCount()).toBe(0);
});

async function unmeteredBench(params: object): ReturnType<typeof bench> {
  const provider = await testProvider({ rules: [{ then: { do: 'answer', text: 'Yes.', tokens: 'none' } }] });
  const made = workbench(provider.env);
  const node = (id: string): object => ({
    id,
    type: 'llm',
    params: { model: 'openai/gpt-4o-mini', prompt: id, ...params },
  });
  made.write('flow.json', { nodes: [node('one'), node('two'), node('three')] });
  return { bench: made, requestCount: () => provider.requests.length };
}

test('a call without a usage and without a bound stops the run before the next call, unless that is allowed', async () => {
  const { bench: at, requestCount } = await unmeteredBench({});
  const run = await at.run(['flow.json', '--max-cost', '1']);
  expect(expectTextError(run, 4, 'COST_UNKNOWN')[0]).toBe(
    'error COST_UNKNOWN: a call of openai/gpt-4o-mini reported no usage, so the limit cannot be held',
  );
  expect(requestCount()).toBe(1);
  expect((await at.run(['flow.json', '--max-cost', '1', '--unmetered', 'allow'])).code).toBe(0);
  expect(requestCount()).toBe(4);
});

test('a call without a usage counts at its upper bound, which max_tokens gives', async () => {
  // About 1,000 tokens of input and a million of output, all at the dearest price of gpt-4o-mini: 0.6 dollars.
  const { bench: at, requestCount } = await unmeteredBench({ max_tokens: 1_000_000 });
  expect((await at.run(['flow.json', '--max-cost', '1'])).code).toBe(4);
  expect(requestCount()).toBe(2);
  expect((await at.run(['flow.json', '--max-cost', '2'])).code).toBe(0);
  expect(requestCount()).toBe(5);
});

test('calls in flight count: a parallel batch makes one call beyond the limit, not ten', async () => {
  const batch = { items: Array.from({ length: 10 }, (_, index) => index), as: 'n', max_concurrent: 10 };
  const params = { model: 'openai/gpt-4o-mini', prompt: 'Question ${n}', max_tokens: 1_000_000 };
  const node = { id: 'all', type: 'llm', batch: { ...batch, parallel: true }, params };
  const { bench: at, requestCount } = await bench({ nodes: [node] });
  expectTextError(await at.run(['flow.json', '--max-cost', '0.1']), 4, 'MAX_COST_REACHED');
  expect(requestCount()).toBe(1);
  expect((await at.run(['flow.json', '--max-cost', '100'])).code).toBe(0);
  expect(requestCount()).toBe(11);
});

test('the JSON document and the log hold the money that was spent, and no call that was refused', async () => {
  const { bench: at } = await bench(callingThreeTimes('openai/gpt-4o-mini'));
  const run = await at.run([
    'flow.json',
    '--max-cost',
    '0.2',
    '--output-format',
    'json',
    '--log',
    'run.ndjson',
  ]);
  const document = documentOf(run);
  expect(run.code).toBe(4);
  expect(document).toMatchObject({ is_error: true, status: 'failed', total_cost_usd: 0.3 });
  expect(document.error?.code).toBe('MAX_COST_REACHED');
  const calls = eventsIn(at.path('run.ndjson')).filter(({ type }) => type.startsWith('llm.'));
  expect(calls.map(({ type }) => type)).toEqual([
    'llm.prompted',
    'llm.sent',
    'llm.completed',
    'llm.answered',
    'llm.prompted',
    'llm.sent',
    'llm.completed',
    'llm.answered',
  ]);
  expect(readFileSync(at.path('run.ndjson'), 'utf8')).toMatch(/"run\.completed".*"MAX_COST_REACHED"/u);
});

test('an error edge does not continue the run past the limit', async () => {
  const edges = [
    { from: 'one', to: 'two' },
    { from: 'two', to: 'three', action: 'error' },
    { from: 'two', to: 'three' },
  ];
  const { bench: at, requestCount } = await bench(callingThreeTimes('openai/gpt-4o-mini', { edges }));
  expect((await at.run(['flow.json', '--max-cost', '0.1'])).code).toBe(4);
  expect(requestCount()).toBe(1);
});

test('a workflow may have its own limit, and the option wins over it', async () => {
  const { bench: at, requestCount } = await bench(
    callingThreeTimes('openai/gpt-4o-mini', { max_cost_usd: 0.1 }),
  );
  expect((await at.run(['flow.json'])).code).toBe(4);
  expect(requestCount()).toBe(1);
  expect((await at.run(['flow.json', '--max-cost', '1'])).code).toBe(0);
  expect(requestCount()).toBe(4);
});

test('a model without a price is refused before the first call, unless --unknown-model fallback estimates it', async () => {
  const { bench: at, requestCount } = await bench(callingThreeTimes('openai/gpt-unheard-of'));
  const refused = await at.run(['flow.json', '--max-cost', '100']);
  expect(expectTextError(refused, 1, 'NO_PRICE')[0]).toBe(
    'error NO_PRICE: no price is known for openai/gpt-unheard-of, so its cost cannot be limited',
  );
  expect(requestCount()).toBe(0);
  const guessed = await at.run(['flow.json', '--max-cost', '100', '--unknown-model', 'fallback']);
  expect(guessed.code).toBe(0);
  expect(requestCount()).toBe(3);
});

test('a price file makes the limit work', async () => {
  const { bench: at, requestCount } = await bench(callingThreeTimes('openai/gpt-unheard-of'));
  at.write('prices.json', { 'openai/gpt-unheard-of': { input: 1, output: 1 } });
  const run = await at.run(['flow.json', '--max-cost', '1.5', '--pricing', 'prices.json']);
  expect(run.code).toBe(4);
  expect(requestCount()).toBe(2);
});

test('recorded answers cost nothing and never reach a limit', async () => {
  const { bench: at, requestCount } = await bench(callingThreeTimes('openai/gpt-unheard-of'));
  expect((await at.run(['flow.json', '--log', 'run.ndjson'])).code).toBe(0);
  const again = await at.run(['flow.json', '--answers', 'run.ndjson', '--max-cost', '0.01']);
  expect(again).toMatchObject({ code: 0, stdout: 'Yes.\n' });
  expect(requestCount()).toBe(3);
});

test.each(['-1', 'much', '1e3', ''])('a limit of %j is a usage error', async (limit) => {
  const { bench: at } = await bench(callingThreeTimes('openai/gpt-4o-mini'));
  expectTextError(await at.run(['flow.json', `--max-cost=${limit}`]), 2, 'USAGE');
});

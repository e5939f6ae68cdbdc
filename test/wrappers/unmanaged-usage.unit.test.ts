// Usage that a node leaves in the store counts once.
import { expect, test } from 'vitest';
import { systemLogHost } from '../../src/log/write/log-host.ts';
import { openMemoryLog } from '../../src/log/write/memory-log.ts';
import { createRedactor } from '../../src/log/secrets/redaction.ts';
import { Flow } from '../../src/flow/flow.ts';
import { Node } from '../../src/flow/node.ts';
import type { SharedStore } from '../../src/flow/context.ts';
import type { EventOf } from '../../src/events/event.ts';
import { priceCall } from '../../projections/pricing/price-call.ts';
import type { RunContext } from '../../src/nodes/run-context.ts';
import { createCallCounter } from '../../src/wrappers/call-counter.ts';
import { createInstrumentedLayer } from '../../src/wrappers/instrumented.ts';
import { createRootLayer } from '../../src/wrappers/namespaced.ts';
import { MINI, testPricing } from '../support/test-prices.ts';

class Step extends Node<RunContext> {
  private readonly usage: object | undefined;

  constructor(id: string, usage?: object) {
    super(id, 'step');
    this.usage = usage;
  }

  override post(shared: SharedStore): string {
    if (this.usage !== undefined) shared['llm_usage'] = this.usage;
    return 'default';
  }
}

/** Runs the nodes in the root of the store, and lists their calls. */
async function callsOf(...nodes: readonly Step[]): Promise<readonly EventOf<'llm.completed'>[]> {
  const log = openMemoryLog({
    level: 'trace',
    host: systemLogHost,
    redactor: createRedactor({}),
    keep: true,
  });
  const instruments = { log, phase: 'workflow' as const, monotonic: () => 0, calls: createCallCounter() };
  for (const [index, node] of nodes.entries()) {
    node.wrap(createRootLayer<RunContext>()).wrap(createInstrumentedLayer<RunContext>(instruments));
    const next = nodes[index + 1];
    if (next !== undefined) node.next(next);
  }
  const [first] = nodes;
  if (first === undefined) throw new Error('no nodes');
  const models = { answer: () => Promise.reject(new Error('no model')) };
  await new Flow<RunContext>(first).run(
    {},
    { signal: new AbortController().signal, cwd: '.', env: {}, models },
  );
  return log.events.flatMap((event) => (event.type === 'llm.completed' ? [event] : []));
}

async function callers(...nodes: readonly Step[]): Promise<readonly (string | undefined)[]> {
  return (await callsOf(...nodes)).map(({ node }) => node);
}

test('a later node without a call does not report the usage of an earlier one again', async () => {
  expect(await callers(new Step('calls', { total_tokens: 3 }), new Step('after'))).toEqual(['calls']);
});

test('each node that leaves usage of its own reports it', async () => {
  const usage = { total_tokens: 3 };
  expect(await callers(new Step('one', usage), new Step('two', { ...usage }), new Step('after'))).toEqual([
    'one',
    'two',
  ]);
});

test('a usage in the form of an llm node is read as a whole, the name of its model included', async () => {
  const counts = { cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };
  const usage = { model: MINI, input_tokens: 1000, output_tokens: 500, total_tokens: 1500, ...counts };
  const [call] = await callsOf(new Step('one', usage));
  if (call === undefined) throw new Error('no call');
  expect(priceCall(testPricing(), call)).toMatchObject({ state: 'priced', doubts: [] });
});

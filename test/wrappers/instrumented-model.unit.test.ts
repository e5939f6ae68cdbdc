import { expect, test } from 'vitest';
import type { LogEvent } from '../../src/events/event.ts';
import type { Level } from '../../src/events/vocabulary.ts';
import { openMemoryLog } from '../../src/log/write/memory-log.ts';
import { createRedactor } from '../../src/log/secrets/redaction.ts';
import { ModelFailure } from '../../src/models/model-failure.ts';
import type { ModelAnswer, ModelClient } from '../../src/models/model.ts';
import { createCallCounter } from '../../src/wrappers/call-counter.ts';
import { runAsCurrentNode } from '../../src/wrappers/current-node.ts';
import { instrumentModel } from '../../src/wrappers/instrumented-model.ts';

const ANSWER: ModelAnswer = {
  text: 'Yes.',
  provider: 'openai',
  model: 'openai/gpt-4o-mini',
  usage: { input_tokens: 10, output_tokens: 2, total_tokens: 12 },
  finish_reason: 'stop',
};

/** Wraps a client with a clock that advances by 1 ms with every reading. */
function watched(answer: () => Promise<ModelAnswer>, level: Level = 'trace') {
  let now = 0;
  const monotonic = (): number => (now += 1);
  const host = { now: () => 0, monotonic, randomBytes: (count: number) => new Uint8Array(count) };
  const log = openMemoryLog({ level, host, redactor: createRedactor({}), keep: true });
  const inner: ModelClient = { answer };
  return { log, models: instrumentModel(inner, { log, monotonic, calls: createCallCounter() }) };
}

const signal = new AbortController().signal;
const request = { model: 'gpt-4o-mini', prompt: 'Is it?', system: 'Be short.', temperature: 0 };

const summaryOf = (events: readonly LogEvent[]): unknown =>
  events.map(({ type, phase, node, attempt, data }) => ({ type, phase, node, attempt, data }));

const nowhere = { phase: undefined, node: undefined, attempt: undefined };

test('a call is recorded as request, usage and answer, with the full name of the model', async () => {
  const { log, models } = watched(() => Promise.resolve(ANSWER));
  expect(await models.answer(request, signal)).toBe(ANSWER);
  const { usage, provider, model } = ANSWER;
  expect(summaryOf(log.events)).toEqual([
    {
      type: 'llm.prompted',
      ...nowhere,
      data: { call: 1, model, prompt: 'Is it?', system: 'Be short.', options: { temperature: 0 } },
    },
    {
      type: 'llm.completed',
      ...nowhere,
      data: { call: 1, provider, model, usage, duration_ms: expect.any(Number) as number },
    },
    { type: 'llm.answered', ...nowhere, data: { call: 1, response: 'Yes.' } },
  ]);
});

test('a call at level metrics is recorded with its usage and without its text', async () => {
  const { log, models } = watched(() => Promise.resolve(ANSWER), 'metrics');
  await models.answer(request, signal);
  expect(log.events.map(({ type }) => type)).toEqual(['llm.completed']);
});

test('calls of a run are counted from 1, failed calls included', async () => {
  const answers = [
    (): Promise<ModelAnswer> => Promise.reject(new ModelFailure('MODEL_OVERLOADED', 'busy')),
    (): Promise<ModelAnswer> => Promise.resolve(ANSWER),
  ];
  const { log, models } = watched(() => answers.shift()!(), 'metrics');
  await expect(models.answer(request, signal)).rejects.toThrow('busy');
  await models.answer(request, signal);
  expect(log.events.map(({ type, data }) => [type, (data as { readonly call: number }).call])).toEqual([
    ['llm.failed', 1],
    ['llm.completed', 2],
  ]);
});

test('a failed call that was paid is recorded with its usage', async () => {
  const usage = { input_tokens: 7, output_tokens: 1, tier: 'priority' };
  const bill = { response_model: 'gpt-4o-2024-08-06', provider_cost_usd: 0.25 };
  const { log, models } = watched(
    () => Promise.reject(new ModelFailure('MODEL_REFUSED', 'no', { usage, ...bill })),
    'metrics',
  );
  await expect(models.answer(request, signal)).rejects.toThrow('no');
  expect(log.events[0]?.data).toEqual({
    call: 1,
    model: 'openai/gpt-4o-mini',
    duration_ms: expect.any(Number) as number,
    error: { name: 'ModelFailure', message: 'left out at level metrics', code: 'MODEL_REFUSED' },
    usage,
    ...bill,
  });
});

test('concurrent calls of two nodes are recorded with their own nodes', async () => {
  const { log, models } = watched(() => Promise.resolve(ANSWER), 'metrics');
  const callFrom = (node: string, attempt: number): Promise<ModelAnswer> =>
    runAsCurrentNode({ place: { phase: 'workflow', node }, attempt, calls: 0 }, () =>
      models.answer(request, signal),
    );
  await Promise.all([callFrom('one', 1), callFrom('two', 3)]);
  expect(log.events.map(({ node, attempt }) => [node, attempt])).toEqual([
    ['one', undefined],
    ['two', 3],
  ]);
});

test('a usage that contradicts itself is recorded unchanged, together with a warning', async () => {
  const usage = { input_tokens: 10, output_tokens: 2, reasoning_tokens: 5 };
  const { log, models } = watched(() => Promise.resolve({ ...ANSWER, usage }), 'metrics');
  await models.answer(request, signal);
  expect(log.events.map(({ type }) => type)).toEqual(['llm.completed', 'warning.raised']);
  expect(log.events[0]?.data).toMatchObject({ usage });
  expect(log.events[1]?.data).toMatchObject({ code: 'USAGE_CONTRADICTORY' });
});

test('an answer that was cut off is recorded with its finish reason', async () => {
  const { log, models } = watched(() => Promise.resolve({ ...ANSWER, finish_reason: 'length' }), 'metrics');
  await models.answer(request, signal);
  expect(log.events[0]?.data).toMatchObject({ finish_reason: 'length' });
});

test.each([
  [undefined, ['COST_UNKNOWN']],
  [0, ['COST_UNKNOWN']],
  [0.5, []],
])(
  'an answer without a usage and with a bill of %s raises a warning unless the bill has its cost',
  async (bill, codes) => {
    const answer = { ...ANSWER, usage: {}, ...(bill === undefined ? {} : { provider_cost_usd: bill }) };
    const { log, models } = watched(() => Promise.resolve(answer));
    await models.answer(request, signal);
    expect(log.events.flatMap(({ type, data }) => (type === 'warning.raised' ? [data.code] : []))).toEqual(
      codes,
    );
  },
);

test('a part of a stream has the number of its call in the log of the run, also where two logs record it', async () => {
  const { log } = watched(() => Promise.resolve(ANSWER));
  const instruments = { log, monotonic: () => 0 };
  const calls = createCallCounter();
  const streaming: ModelClient = {
    answer: (_request, _signal, _caller, details) => {
      details?.onText?.('Yes.');
      return Promise.resolve(ANSWER);
    },
  };
  const ofRun = instrumentModel(streaming, { ...instruments, calls });
  const ofNested = instrumentModel(ofRun, { ...instruments, calls: createCallCounter() });
  const shown: unknown[] = [];
  const onText = (text: string, call?: number): void => void shown.push([text, call]);
  await ofRun.answer(request, signal, undefined, { onText });
  await ofNested.answer(request, signal, undefined, { onText });
  expect(shown).toEqual([
    ['Yes.', 1],
    ['Yes.', 2],
  ]);
});

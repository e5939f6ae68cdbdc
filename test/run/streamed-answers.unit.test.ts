// Tests runs with streamed answers: the events, the text that is shown, what a broken stream leaves in the log.
import { expect, onTestFinished, test } from 'vitest';
import type { LogEvent } from '../../src/events/event.ts';
import type { Level } from '../../src/events/vocabulary.ts';
import { createRedactor } from '../../src/log/secrets/redaction.ts';
import { systemLogHost } from '../../src/log/write/log-host.ts';
import { openMemoryLog } from '../../src/log/write/memory-log.ts';
import { createProviderClient } from '../../src/models/provider-client.ts';
import { loadNodeTypes } from '../../src/nodes/registry.ts';
import type { ModelText } from '../../src/nodes/run-context.ts';
import type { RunOutcome } from '../../src/run/run-request.ts';
import { runWorkflow } from '../../src/run/run-workflow.ts';
import { assertValid } from '../../src/workflow/validate.ts';
import { holdTimer } from '../support/hold-timer.ts';
import { startProvider } from '../support/provider/provider.ts';
import type { Behaviour } from '../support/provider/script.ts';

interface Occasion {
  readonly level?: Level;
  readonly onText?: (text: ModelText) => void;
}

interface Ran {
  readonly outcome: RunOutcome;
  readonly events: readonly LogEvent[];
  readonly shown: readonly ModelText[];
}

async function run(then: Behaviour, node: object, { level = 'trace', onText }: Occasion = {}): Promise<Ran> {
  const provider = await startProvider({ rules: [{ then }] });
  onTestFinished(() => provider.stop());
  const registry = new Map(await loadNodeTypes(['llm']));
  const ir = {
    nodes: [{ id: 'ask', type: 'llm', retry: { max: 1 }, ...node }],
  };
  const log = openMemoryLog({
    level,
    host: systemLogHost,
    redactor: createRedactor({ secrets: { PW: 'hunter2-x' } }),
    keep: true,
  });
  const shown: ModelText[] = [];
  const outcome = await runWorkflow({
    workflow: assertValid(ir, { registry }),
    ir,
    name: 'stream',
    source: 'file',
    inputs: { values: {}, secrets: [], origins: {} },
    registry,
    models: createProviderClient({ env: provider.env }),
    signal: new AbortController().signal,
    cwd: '.',
    env: {},
    host: systemLogHost,
    version: '0',
    onModelText: (part) => {
      shown.push(part);
      onText?.(part);
    },
    log,
  });
  return { outcome, events: log.events, shown };
}

const params = { model: 'openai/gpt-4o-mini', prompt: 'Name the planets' };
const ANSWER: Behaviour = { do: 'answer', text: 'Mercury and the others.' };

/** Payloads without what time decides. */
function payloads({ events }: Ran): readonly unknown[] {
  return events
    .filter(({ type }) => type.startsWith('llm.') || type.startsWith('node.'))
    .map(({ type, data }) => {
      const { duration_ms: _duration, first_chunk_ms: _first, ...rest } = data as Record<string, unknown>;
      return [type, rest];
    });
}

test('a streamed answer has the events of any other, and the time of its first text', async () => {
  const whole = await run(ANSWER, { params });
  const streamed = await run(ANSWER, { params: { ...params, stream: true } });
  expect(payloads(streamed)).toEqual(payloads(whole));
  expect(streamed.outcome.shared['ask']).toEqual(whole.outcome.shared['ask']);
  const [completed] = streamed.events.flatMap((event) =>
    event.type === 'llm.completed' ? [event.data] : [],
  );
  expect(completed?.first_chunk_ms).toBeLessThanOrEqual(completed?.duration_ms ?? -1);
  const [other] = whole.events.flatMap((event) => (event.type === 'llm.completed' ? [event.data] : []));
  expect(other).not.toHaveProperty('first_chunk_ms');
});

test('its text is shown in parts, with the node and the item', async () => {
  const { shown } = await run(ANSWER, { params: { ...params, stream: true }, batch: { items: [1] } });
  expect(shown.map(({ text }) => text).join('')).toBe('Mercury and the others.');
  expect(shown.length).toBeGreaterThan(1);
  expect(new Set(shown.map(({ node, item }) => `${node} ${String(item)}`))).toEqual(new Set(['ask 0']));
  expect((await run(ANSWER, { params })).shown).toEqual([]);
});

test('a stream that breaks off fails, is unmetered, and leaves its text in the log, redacted', async () => {
  const broken: Behaviour = { do: 'broken stream', text: 'It is hunter2-x and more', after: 4, then: 'cut' };
  const node = { params: { ...params, stream: true } };
  const { outcome, events } = await run(broken, node);
  expect(outcome).toMatchObject({ status: 'failed', error: { code: 'MODEL_NETWORK', node_id: 'ask' } });
  const failed = events.flatMap((event) => (event.type === 'llm.failed' ? [event.data] : []));
  expect(failed).toMatchObject([{ unmetered: true, partial: 'It is <redacted:PW> ' }]);
  expect(events.flatMap((event) => (event.type === 'warning.raised' ? [event.data.code] : []))).toEqual([
    'COST_UNKNOWN',
  ]);
  const short = await run(broken, node, { level: 'metrics' });
  const without = short.events.flatMap((event) => (event.type === 'llm.failed' ? [event.data] : []));
  expect(without[0]).not.toHaveProperty('partial');
});

test('a stream that breaks off inside a secret leaves no part of it', async () => {
  const broken: Behaviour = { do: 'broken stream', text: 'It is hunter2-', after: 4, then: 'cut' };
  const { events } = await run(broken, { params: { ...params, stream: true } });
  const failed = events.flatMap((event) => (event.type === 'llm.failed' ? [event.data] : []));
  expect(failed).toMatchObject([{ partial: 'It is <redacted:PW>' }]);
});

test('each text has the number of its call', async () => {
  const batch = { items: [1, 2], parallel: true };
  const { shown, events } = await run(ANSWER, { params: { ...params, stream: true }, batch });
  const calls = events.flatMap((event) =>
    event.type === 'llm.completed' ? [`${String(event.item)} ${String(event.data.call)}`] : [],
  );
  expect(calls).toHaveLength(2);
  expect(new Set(shown.map(({ item, call }) => `${String(item)} ${String(call)}`))).toEqual(new Set(calls));
});

test('a stream that hangs ends at the time limit of the node, and counts as unmetered', async () => {
  const hanging: Behaviour = { do: 'broken stream', text: 'one two three', after: 3, then: 'hang' };
  const end = holdTimer(0.3);
  const node = { params: { ...params, stream: true, timeout_s: 0.3 } };
  const { outcome, events } = await run(hanging, node, {
    onText: ({ text }) => {
      if (text.includes('two')) end();
    },
  });
  expect(outcome.status).toBe('failed');
  const failed = events.flatMap((event) => (event.type === 'llm.failed' ? [event.data] : []));
  expect(failed).toMatchObject([{ unmetered: true, partial: 'one two ' }]);
});

test('a streamed answer off its schema fails as any other and is paid', async () => {
  const output_schema = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] };
  const { outcome, events } = await run(
    { do: 'answer', text: '{"n":"x"}' },
    { params: { ...params, stream: true, output_schema } },
  );
  expect(outcome.error?.code).toBe('MODEL_ANSWER_INVALID');
  const completed = events.flatMap((event) => (event.type === 'llm.completed' ? [event.data.usage] : []));
  expect(completed[0]?.output_tokens).toBe(3);
});

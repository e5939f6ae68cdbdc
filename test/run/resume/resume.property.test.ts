// Law: for every workflow of deterministic nodes and every prefix of its log, the resumed run ends with the store, the
// outputs and the totals of the uninterrupted run, and no completed node runs twice.
import { mkdtempSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LogEvent } from '../../../src/events/event.ts';
import type { ModelClient } from '../../../src/models/model.ts';
import { runFile } from '../../../src/run/run-workflow-file.ts';
import { resumeRun } from '../../../src/run/resume/resume-run.ts';
import type { RunOutcome } from '../../../src/run/run-request.ts';
import { parseExactJson } from '../../../src/values/exact-json.ts';
import { createSpend } from '../../../projections/spend/projection.ts';
import { startFold } from '../../../projections/fold.ts';
import { testPricing } from '../../support/test-prices.ts';

/** Types whose node returns its value, may fail, and repeats itself `times` times. */
const TYPES = `export default ({ defineNodeType, NodeFailure, z }) => {
  const probe = defineNodeType({
    type: 'probe',
    summary: 'a step of a test',
    params: z.strictObject({
      value: z.unknown().describe('value'),
      fail: z.boolean().optional().describe('fails'),
      times: z.int().optional().describe('visits'),
    }),
    outputs: z.object({
      value: z.unknown().describe('the value'),
      big: z.unknown().describe('a large integer'),
      again: z.boolean().describe('whether it runs again'),
    }),
    effect: 'none',
    exec({ value, fail, times = 1 }, { visit = 1 }) {
      if (fail === true || value === 'fail') throw new NodeFailure('failed as requested', { outputs: { value } });
      return { value, big: 12345678901234567890n + BigInt(visit), again: visit < times };
    },
  });
  const create = (id) => {
    const node = probe.create(id);
    node.post = (shared, _params, outputs) => {
      Object.assign(shared, outputs);
      return outputs.again ? 'again' : 'default';
    };
    return node;
  };
  return [{ ...probe, actions: () => ['default', 'again'], create }];
};
`;

let folder = '';
let count = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pflow-resume-'));
  writeFileSync(join(folder, 'types.mjs'), TYPES);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function models(): ModelClient & { readonly calls: number } {
  const made = { calls: 0 };
  return {
    get calls() {
      return made.calls;
    },
    answer(request) {
      made.calls += 1;
      const prompt = withoutTimes(request.prompt);
      const tokens = { input_tokens: prompt.length, output_tokens: 1, total_tokens: prompt.length + 1 };
      return Promise.resolve({
        text: `answer to ${prompt}`,
        provider: 'openai',
        model: 'openai/gpt-4o-mini',
        usage: tokens,
        finish_reason: 'stop',
      });
    },
  };
}

const reference = fc.constantFrom('${topic}', '${n0}', 'fail', 'text');

function nodeAt(index: number): fc.Arbitrary<object> {
  const id = fc.constant(`n${String(index)}`);
  const value = reference.map((text) => (index === 0 && text.includes('${n') ? 'text' : text));
  const batch = fc.record({
    items: fc.constantFrom(['a', 'b', 'c'], ['a', 'fail', 'c'], []),
    parallel: fc.boolean(),
    error_handling: fc.constantFrom('fail_fast', 'continue'),
  });
  return fc.oneof(
    fc.record({
      id,
      type: fc.constant('probe'),
      params: fc.record({ value, times: fc.integer({ min: 1, max: 3 }) }),
    }),
    fc.record({
      id,
      type: fc.constant('probe'),
      params: fc.record({ value, times: fc.integer({ min: 1, max: 4 }) }),
      loop: fc.record({
        while: fc.constant(`\${n${String(index)}.again}`),
        carry: fc.constant({
          value: `\${n${String(index)}.value} and \${n${String(index)}.iterations}`,
        }),
        max_iterations: fc.integer({ min: 1, max: 4 }),
      }),
    }),
    fc.record({
      id,
      type: fc.constant('llm'),
      params: fc.record({ prompt: value, model: fc.constant('openai/gpt-4o-mini') }),
    }),
    fc
      .record({
        id,
        type: fc.constantFrom('llm', 'probe'),
        batch,
      })
      .map((node) => ({
        ...node,
        params:
          node.type === 'llm'
            ? { prompt: '${item} of ${topic}', model: 'openai/gpt-4o-mini' }
            : { value: '${item}' },
      })),
    fc.constantFrom(undefined, ['a'], ['a', 'b']).map((items) => nestedAt(index, items)),
  );
}

/** Two nodes in a workflow of their own, with or without a batch around it. */
function nestedAt(index: number, items?: readonly string[]): object {
  const inner = {
    inputs: { text: { type: 'string' } },
    nodes: [
      { id: 'ask', type: 'llm', params: { prompt: 'ask ${text}', model: 'openai/gpt-4o-mini' } },
      { id: 'say', type: 'probe', params: { value: '${text} and ${ask.response}' } },
      { id: 'end', type: 'llm', params: { prompt: 'end ${say.value}', model: 'openai/gpt-4o-mini' } },
    ],
    edges: [
      { from: 'ask', to: 'say' },
      { from: 'say', to: 'end' },
    ],
    outputs: { value: { source: '${say.value}' }, end: { source: '${end.response}' } },
  };
  const text = items === undefined ? 'text' : '${item}';
  return {
    id: `n${String(index)}`,
    type: 'workflow',
    params: { ir: inner, inputs: { text } },
    ...(items === undefined ? {} : { batch: { items } }),
  };
}

/** A nested workflow, then one for each item. */
const NESTING = {
  inputs: { topic: { type: 'object', required: true } },
  outputs: { last: { source: '${n1}' }, topic: { source: '${topic}' } },
  nodes: [nestedAt(0), nestedAt(1, ['a', 'b'])],
  edges: [{ from: 'n0', to: 'n1' }],
};

const workflow = fc
  .tuple(fc.integer({ min: 1, max: 3 }), fc.boolean(), fc.nat(3))
  .chain(([size, recovers, back]) =>
    fc.tuple(...Array.from({ length: size }, (_, index) => nodeAt(index))).map((nodes) => ({
      inputs: { topic: { type: 'object', required: true } },
      outputs: { last: { source: `\${n${String(size - 1)}}` }, topic: { source: '${topic}' } },
      nodes,
      edges: nodes.flatMap((node, index) => {
        const from = `n${String(index)}`;
        const next = `n${String(index + 1)}`;
        const isProbe = (node as { type: string; batch?: unknown }).type === 'probe' && !('batch' in node);
        return [
          ...(isProbe ? [{ from, to: `n${String(back % (index + 1))}`, action: 'again' }] : []),
          ...(index + 1 < size ? [{ from, to: next }] : []),
          ...(index + 1 < size && recovers ? [{ from, to: next, action: 'error' }] : []),
        ];
      }),
    })),
  );

/** Two loops that carry values over. The second one fails in its second iteration. */
const LOOPING = {
  inputs: { topic: { type: 'object', required: true } },
  outputs: { last: { source: '${n1}' }, topic: { source: '${topic}' } },
  nodes: [
    {
      id: 'n0',
      type: 'probe',
      params: { value: '${topic}', times: 3 },
      loop: { while: '${n0.again}', carry: { value: ['${n0.value}', '${n0.big}'] }, max_iterations: 5 },
    },
    {
      id: 'n1',
      type: 'probe',
      params: { value: '${n0.loop_stopped}', times: 5 },
      loop: { while: '${n1.again}', carry: { value: 'fail' }, max_iterations: 5 },
    },
  ],
  edges: [{ from: 'n0', to: 'n1', action: 'default' }],
};

function eventsOf(text: string): LogEvent[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as LogEvent);
}

function logIn(place: string, name?: string): string {
  return readFileSync(
    join(place, name ?? readdirSync(place).find((one) => one.endsWith('.ndjson')) ?? ''),
    'utf8',
  );
}

const CLOCKED = new Set(['batch_metadata', '__llm_calls__']);

/** Everything but measured times; parallel calls end in any order. */
function comparable({ status, error, output, shared }: RunOutcome): string {
  const history = [...((shared['__llm_calls__'] as object[] | undefined) ?? [])]
    .map((call) => show(call))
    .sort();
  return show({ status, error: error?.message, result: output?.result, shared, history });
}

/** The result of a batch, as a text, holds measured times. */
function withoutTimes(text: string): string {
  return text.replace(/"timing":\{[^}]*\}/gu, '"timing":{}');
}

function show(value: unknown): string {
  return JSON.stringify(value, (key, member: unknown) => {
    if (CLOCKED.has(key)) return undefined;
    if (typeof member === 'string') return withoutTimes(member);
    return typeof member === 'bigint' ? `${String(member)}n` : member;
  });
}

/** The value of a batch as a whole holds measured times. */
function readsTimes({ nodes: [first, ...rest] }: { readonly nodes: readonly object[] }): boolean {
  const isBatch = first !== undefined && 'batch' in first;
  return isBatch && rest.some((node) => JSON.stringify(node).includes('"${n0}"'));
}

const keyOf = ({ node, visit = 1, item }: LogEvent): string =>
  `${node ?? ''} ${String(visit)} ${String(item)}`;

function spendOf(events: readonly LogEvent[]): string {
  const fold = startFold(createSpend({ pricing: testPricing() }));
  for (const event of events) fold.add(event);
  return fold.result().total_cost_usd;
}

test('a resumed run ends as the uninterrupted one, from every prefix of its log', async () => {
  await fc.assert(
    fc.asyncProperty(workflow, async (ir) => {
      count += 1;
      const place = join(folder, String(count));
      mkdirSync(place);
      const file = join(place, 'flow.json');
      writeFileSync(file, JSON.stringify(ir));
      const nodes = [join(folder, 'types.mjs')];
      const common = { nodes, cwd: place, env: { PFLOW_HOME: place } };
      const inputs = { topic: parseExactJson('{"id": 98765432109876543210, "name": "x"}') };
      const whole = models();
      const expected = await runFile(file, { ...common, inputs, models: whole, log: join(place, 'whole/') });
      const text = logIn(join(place, 'whole'));
      const lines = text.split('\n').slice(0, -1);
      for (let length = 1; length <= lines.length; length += 1) {
        const prefix = lines
          .slice(0, length)
          .map((line) => `${line}\n`)
          .join('');
        const before = eventsOf(prefix);
        if (expected.status === 'success' && length === lines.length) continue;
        const cut = join(place, `cut-${String(length)}`);
        mkdirSync(cut);
        // The writer of the log is this process, which is alive.
        writeFileSync(join(cut, 'cut.ndjson'), withoutWriter(prefix));
        const client = models();
        // Without the initial store the digits of the input are not known to be those of a number.
        // An input with the value that it had changes nothing but the measured times of batches.
        const isGiven = length < 3 || (length % 2 === 0 && !readsTimes(ir));
        const given = isGiven ? { inputs } : {};
        const options = { ...common, ...given, models: client, log: join(cut, 'new/') };
        const outcome = await resumeRun(join(cut, 'cut.ndjson'), options);
        expect(comparable(outcome)).toBe(comparable(expected));
        const after = eventsOf(logIn(join(cut, 'new')));
        // A batch is put together again from its items where an input is given again.
        const batches = 'inputs' in given ? ir.nodes.filter((node) => 'batch' in node) : [];
        const isWhole = ({ node, item }: LogEvent): boolean =>
          item === undefined && !batches.some((batch) => (batch as { id?: string }).id === node);
        const completed = new Set(
          before.filter((event) => event.type === 'node.completed' && isWhole(event)).map(keyOf),
        );
        expect(after.filter((event) => event.type === 'node.started' && completed.has(keyOf(event)))).toEqual(
          [],
        );
        const paid = before.filter(({ type }) => type === 'llm.completed').length;
        const answered = before.filter(({ type }) => type === 'llm.answered').length;
        if (expected.status === 'success') {
          expect(client.calls).toBe(whole.calls - answered);
          if (paid === answered) expect(spendOf([...before, ...after])).toBe(spendOf(eventsOf(text)));
        }
      }
    }),
    { numRuns: 10, endOnFailure: true, examples: [[LOOPING], [NESTING]] },
  );
}, 600_000);

/** A checksum is optional in a log without the promise of one. */
function withoutWriter(text: string): string {
  return text
    .split('\n')
    .map((line) =>
      line
        .replace(/,"pid":\d+/u, '')
        .replace(/,"checksum":"crc32"/u, '')
        .replace(/,"crc":"?[0-9a-f]+"?\}$/u, '}'),
    )
    .join('\n');
}

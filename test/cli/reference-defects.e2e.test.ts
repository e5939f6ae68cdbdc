// Tests that the commands avoid known defects of the program that pflow replaces.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  documentOf,
  expectJsonError,
  testProvider,
  workbench,
  type Workbench,
} from '../support/workbench.ts';
import type { Script } from '../support/provider/script.ts';

const CALL = { id: 'ask', type: 'llm', params: { model: 'openai/gpt-4o-mini', prompt: 'Hello' } };

async function benchWith(script: Script, ...nodes: readonly object[]): Promise<Workbench> {
  const provider = await testProvider(script);
  const made = workbench(provider.env);
  made.write('flow.json', { nodes });
  return made;
}

async function costOf(bench: Workbench): Promise<string> {
  const replayed = await bench.run(['replay', 'run.ndjson', '--project', 'cost']);
  return (JSON.parse(replayed.stdout) as { readonly total_cost_usd: string }).total_cost_usd;
}

function answering(tokens: object): Script {
  return { rules: [{ then: { do: 'answer', text: 'Yes.', tokens } }] };
}

test('a rejected answer and its retry are both billed', async () => {
  const output_schema = { type: 'object', properties: { sky: { type: 'string' } }, required: ['sky'] };
  const tokens = { input: 1000, output: 100 };
  const bench = await benchWith(
    {
      rules: [
        { times: 1, then: { do: 'answer', text: '{"sky": 7}', tokens } },
        { then: { do: 'answer', text: '{"sky": "blue"}', tokens } },
      ],
    },
    { ...CALL, params: { ...CALL.params, output_schema }, retry: { max: 2, wait_s: 0.01 } },
  );
  const run = await bench.run(['flow.json', '--log', 'run.ndjson', '--output-format', 'json']);
  expect(documentOf(run).result).toEqual({ sky: 'blue' });
  expect(await costOf(bench)).toBe('0.00042');
});

test('reasoning tokens are part of the output and are not billed twice', async () => {
  const bench = await benchWith(answering({ input: 0, output: 1_000_000, reasoning: 600_000 }), CALL);
  await bench.run(['flow.json', '--log', 'run.ndjson']);
  expect(await costOf(bench)).toBe('0.6');
});

test('a cache write for five minutes and one for an hour have different prices', async () => {
  const node = { ...CALL, params: { model: 'anthropic/claude-sonnet-4-0', prompt: 'Hello' } };
  const bench = await benchWith(
    answering({ input: 0, output: 0, cache_write: 2_000_000, cache_write_1h: 1_000_000 }),
    node,
  );
  await bench.run(['flow.json', '--log', 'run.ndjson']);
  // A million at 3.75 and a million at 6.
  expect(await costOf(bench)).toBe('9.75');
});

test('cached input of OpenAI is billed once, at the price of cached input', async () => {
  const bench = await benchWith(answering({ input: 1_000_000, cache_read: 1_000_000, output: 0 }), CALL);
  await bench.run(['flow.json', '--log', 'run.ndjson']);
  expect(await costOf(bench)).toBe('0.225');
});

test('with one unknown model the total is a number, and the model is listed as estimated', async () => {
  const unknown = { ...CALL, id: 'other', params: { ...CALL.params, model: 'openai/gpt-unheard-of' } };
  const bench = await benchWith(answering({ input: 1_000_000, output: 0 }), CALL, unknown);
  const run = await bench.run(['flow.json', '--output-format', 'json']);
  const { total_cost_usd, pricing } = JSON.parse(run.stdout) as Record<string, unknown>;
  expect(total_cost_usd).toBe(3.15);
  expect(pricing).toMatchObject({ exact: false, estimated_models: ['openai/gpt-unheard-of'] });
  expect(run.stderr).toContain('warning no price is known for openai/gpt-unheard-of');
});

test('the trace has every template with its value', async () => {
  const bench = await benchWith(
    {},
    { id: 'one', type: 'echo', params: { message: 'x' } },
    { id: 'two', type: 'echo', params: { message: '${one.echo}!' } },
  );
  const run = await bench.run(['flow.json', '--trace', '--output-format', 'json']);
  const trace = JSON.parse(readFileSync(documentOf(run).trace_file ?? '', 'utf8')) as {
    readonly nodes: readonly { readonly template_resolutions: unknown; readonly shared_before: unknown }[];
  };
  expect(trace.nodes.map(({ template_resolutions }) => template_resolutions)).toEqual([
    [],
    [{ param: 'message', template: '${one.echo}!', value: 'x!' }],
  ]);
});

test('the trace shows the store before each node as it was then', async () => {
  const bench = await benchWith(answering({ input: 1, output: 1 }), CALL, { ...CALL, id: 'again' });
  const run = await bench.run(['flow.json', '--trace', '--output-format', 'json']);
  const { nodes } = JSON.parse(readFileSync(documentOf(run).trace_file ?? '', 'utf8')) as {
    readonly nodes: readonly { readonly shared_before: object; readonly shared_after: object }[];
  };
  expect(nodes[0]?.shared_before).toEqual({});
  expect(Object.keys(nodes[1]?.shared_before ?? {})).toEqual(Object.keys(nodes[0]?.shared_after ?? {}));
});

test('a trace of 300 nodes is small', async () => {
  const text = 'x'.repeat(200);
  const nodes = Array.from({ length: 300 }, (_, index) => ({
    id: `n${index}`,
    type: 'echo',
    params: { message: index === 0 ? text : `\${n${index - 1}.echo}` },
  }));
  const bench = await benchWith({}, ...nodes);
  const run = await bench.run(['flow.json', '--trace', '--output-format', 'json']);
  const trace = readFileSync(documentOf(run).trace_file ?? '', 'utf8');
  expect(trace.length).toBeLessThan(10_000_000);
  expect((JSON.parse(trace) as { readonly nodes: readonly unknown[] }).nodes).toHaveLength(300);
});

test('a text answer "404" stays a text in the JSON document', async () => {
  const bench = await benchWith({ rules: [{ then: { do: 'answer', text: '404' } }] }, CALL);
  expect(documentOf(await bench.run(['flow.json', '--output-format', 'json'])).result).toBe('404');
});

test('a pipe gets the output on stdout', async () => {
  const bench = await benchWith({ rules: [{ then: { do: 'answer', text: 'Yes.' } }] }, CALL);
  expect(await bench.run(['flow.json'])).toMatchObject({ code: 0, stdout: 'Yes.\n', stderr: '' });
});

test('errors before, during and after a run have the same form', async () => {
  const bench = await benchWith({ rules: [{ then: { do: 'status', status: 401 } }] }, CALL);
  const json = ['--output-format', 'json'];
  expectJsonError(await bench.run(['missing.json', ...json]), 2, 'FILE_NOT_FOUND');
  expectJsonError(await bench.run(['flow.json', '--no-such-flag', ...json]), 2, 'USAGE');
  expectJsonError(await bench.run(['flow.json', ...json]), 1, 'MODEL_AUTHENTICATION');
  bench.write('echo.json', { nodes: [{ id: 'a', type: 'echo', params: { message: 'x' } }] });
  expectJsonError(await bench.run(['echo.json', '-o', 'nothing', ...json]), 2, 'OUTPUT_MISSING');
});

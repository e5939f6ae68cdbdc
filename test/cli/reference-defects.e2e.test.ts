// What the program that this one follows gets wrong and its users feel, each seen right through the command line.
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

const ASK = { id: 'ask', type: 'llm', params: { model: 'openai/gpt-4o-mini', prompt: 'Hello' } };

async function bench(script: Script, ...nodes: readonly object[]): Promise<Workbench> {
  const provider = await testProvider(script);
  const made = workbench(provider.env);
  made.write('flow.json', { nodes });
  return made;
}

async function costOf(at: Workbench): Promise<string> {
  const replayed = await at.run(['replay', 'run.ndjson', '--project', 'cost']);
  return (JSON.parse(replayed.stdout) as { readonly total_cost_usd: string }).total_cost_usd;
}

function answering(tokens: object): Script {
  return { rules: [{ then: { do: 'answer', text: 'Yes.', tokens } }] };
}

test('an answer that was thrown away and asked for again is paid twice', async () => {
  const output_schema = { type: 'object', properties: { sky: { type: 'string' } }, required: ['sky'] };
  const tokens = { input: 1000, output: 100 };
  const at = await bench(
    {
      rules: [
        { times: 1, then: { do: 'answer', text: '{"sky": 7}', tokens } },
        { then: { do: 'answer', text: '{"sky": "blue"}', tokens } },
      ],
    },
    { ...ASK, params: { ...ASK.params, output_schema }, retry: { max: 2, wait_s: 0.01 } },
  );
  const run = await at.run(['flow.json', '--log', 'run.ndjson', '--output-format', 'json']);
  expect(documentOf(run).result).toEqual({ sky: 'blue' });
  expect(await costOf(at)).toBe('0.00042');
});

test('reasoning tokens are part of the output and are not billed again', async () => {
  const at = await bench(answering({ input: 0, output: 1_000_000, reasoning: 600_000 }), ASK);
  await at.run(['flow.json', '--log', 'run.ndjson']);
  expect(await costOf(at)).toBe('0.6');
});

test('a cache write for five minutes and one for an hour have different prices', async () => {
  const node = { ...ASK, params: { model: 'anthropic/claude-sonnet-4-0', prompt: 'Hello' } };
  const at = await bench(
    answering({ input: 0, output: 0, cache_write: 2_000_000, cache_write_1h: 1_000_000 }),
    node,
  );
  await at.run(['flow.json', '--log', 'run.ndjson']);
  // A million at 3.75 and a million at 6.
  expect(await costOf(at)).toBe('9.75');
});

test('cached input of OpenAI is billed once, at the price of cached input', async () => {
  const at = await bench(answering({ input: 1_000_000, cache_read: 1_000_000, output: 0 }), ASK);
  await at.run(['flow.json', '--log', 'run.ndjson']);
  expect(await costOf(at)).toBe('0.225');
});

test('one unknown model leaves the total a number, and is named as estimated', async () => {
  const unknown = { ...ASK, id: 'other', params: { ...ASK.params, model: 'openai/gpt-unheard-of' } };
  const at = await bench(answering({ input: 1_000_000, output: 0 }), ASK, unknown);
  const run = await at.run(['flow.json', '--output-format', 'json']);
  const { total_cost_usd, pricing } = JSON.parse(run.stdout) as Record<string, unknown>;
  expect(total_cost_usd).toBe(3.15);
  expect(pricing).toMatchObject({ exact: false, estimated_models: ['openai/gpt-unheard-of'] });
  expect(run.stderr).toContain('warning no price is known for openai/gpt-unheard-of');
});

test('the trace has every template with its value', async () => {
  const at = await bench(
    {},
    { id: 'one', type: 'echo', params: { message: 'x' } },
    { id: 'two', type: 'echo', params: { message: '${one.echo}!' } },
  );
  const run = await at.run(['flow.json', '--trace', '--output-format', 'json']);
  const trace = JSON.parse(readFileSync(documentOf(run).trace_file ?? '', 'utf8')) as {
    readonly nodes: readonly { readonly template_resolutions: unknown; readonly shared_before: unknown }[];
  };
  expect(trace.nodes.map(({ template_resolutions }) => template_resolutions)).toEqual([
    [],
    [{ param: 'message', template: '${one.echo}!', value: 'x!' }],
  ]);
});

test('what the trace shows before the first node is what was there before it', async () => {
  const at = await bench(answering({ input: 1, output: 1 }), ASK, { ...ASK, id: 'again' });
  const run = await at.run(['flow.json', '--trace', '--output-format', 'json']);
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
  const at = await bench({}, ...nodes);
  const run = await at.run(['flow.json', '--trace', '--output-format', 'json']);
  const trace = readFileSync(documentOf(run).trace_file ?? '', 'utf8');
  expect(trace.length).toBeLessThan(10_000_000);
  expect((JSON.parse(trace) as { readonly nodes: readonly unknown[] }).nodes).toHaveLength(300);
});

test('a text answer "404" stays a text in the JSON document', async () => {
  const at = await bench({ rules: [{ then: { do: 'answer', text: '404' } }] }, ASK);
  expect(documentOf(await at.run(['flow.json', '--output-format', 'json'])).result).toBe('404');
});

test('stdout has the output when it is piped', async () => {
  const at = await bench({ rules: [{ then: { do: 'answer', text: 'Yes.' } }] }, ASK);
  expect(await at.run(['flow.json'])).toMatchObject({ code: 0, stdout: 'Yes.\n', stderr: '' });
});

test('errors before, while and after a run have one shape', async () => {
  const at = await bench({ rules: [{ then: { do: 'status', status: 401 } }] }, ASK);
  const json = ['--output-format', 'json'];
  expectJsonError(await at.run(['missing.json', ...json]), 2, 'FILE_NOT_FOUND');
  expectJsonError(await at.run(['flow.json', '--no-such-flag', ...json]), 2, 'USAGE');
  expectJsonError(await at.run(['flow.json', ...json]), 1, 'MODEL_AUTHENTICATION');
  at.write('said.json', { nodes: [{ id: 'a', type: 'echo', params: { message: 'x' } }] });
  expectJsonError(await at.run(['said.json', '-o', 'nothing', ...json]), 1, 'OUTPUT_MISSING');
});

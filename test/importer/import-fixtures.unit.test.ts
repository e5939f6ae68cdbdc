// Each workflow in fixtures/import is imported, validated and run.
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadRegistry } from '../../src/home/node-types.ts';
import { importWorkflow, type ImportedWorkflow } from '../../src/importer/import-workflow.ts';
import type { ModelClient } from '../../src/models/model.ts';
import { runFile, type RunFileOptions } from '../../src/run/run-workflow-file.ts';
import { exactJsonText } from '../../src/values/exact-json.ts';
import { validateWorkflow } from '../../src/workflow/validate.ts';
import { cleanEnvironment } from '../support/clean-environment.ts';
import { FIXTURES } from '../support/fixtures.ts';
import { reply, startLoopback, type Loopback, type Reply } from '../support/loopback.ts';

const FOLDER = join(FIXTURES, 'import');
const NAMES = readdirSync(FOLDER).map((name) => name.replace('.pflow.md', ''));

let folder = '';
let service: Loopback;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pflow-import-'));
  service = await startLoopback();
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  service.stop();
});

async function registryFor(requested: readonly string[]): ReturnType<typeof loadRegistry> {
  return loadRegistry({ requested, nodes: [], cwd: folder, env: cleanEnvironment(folder) });
}

function importFixture(name: string): Promise<ImportedWorkflow> {
  const text = readFileSync(join(FOLDER, `${name}.pflow.md`), 'utf8');
  return importWorkflow({
    // Git may change the ends of lines.
    text: name === '23-windows-lines' ? text.replaceAll(/\r?\n/gu, '\r\n') : text,
    file: `${name}.pflow.md`,
    loadTypes: async (names) => (await registryFor(names)).types,
    isJavaScript: (code) => !String(code).includes('result: int'),
  });
}

/** Answers with what the prompt requests. */
const models: ModelClient = {
  answer: ({ model, prompt, output_schema }) =>
    Promise.resolve({
      text: output_schema === undefined ? `about: ${prompt}` : '{"urgency": "high"}',
      provider: 'openai',
      model,
      usage: { input_tokens: 1, output_tokens: 1, total_tokens: 2 },
      finish_reason: 'stop',
    }),
};

interface Expected {
  /** The `result` of the run; absent for a workflow that cannot run as it is. */
  readonly result?: unknown;
  readonly options?: RunFileOptions;
  readonly notes?: readonly string[];
}

const JSON_TYPE = { 'content-type': 'application/json' };
/** What the service answers; the last one of the batch sends back what it got. */
const REPLIES: Readonly<Record<string, readonly Reply[]>> = {
  '10-http': [reply(201)],
  '31-batch-of-requests': [
    ...[1, 2, 3].map((page) => reply(200, String(page), JSON_TYPE)),
    (response) => {
      response.writeHead(200, JSON_TYPE).end(service.received.at(-1)?.body);
    },
  ],
};

const PYTHON = 'step total is Python; its purpose has the code, which has to be written in JavaScript';
const AGENT = 'step review is for an agent (claude-code); its purpose has what it was to do';

const EXPECTED: Readonly<Record<string, Expected>> = {
  '01-hello': { result: 'Hello, world' },
  '02-inputs': {
    result: {
      values: {
        ...{ name: 'Ada', count: 3, ratio: 0.5, loud: false, tags: ['a', 'b'], rest: 7 },
        extra: { colour: 'blue', sizes: [1, 2] },
      },
    },
  },
  '03-stdin': { result: { words: '3' }, options: { stdin: 'one two three\n' } },
  '04-front-matter': { result: 'front matter is ignored' },
  '05-shell-options': { result: 'apple pear !' },
  '06-yaml-stdin': { result: '"born":1815' },
  '07-files': { result: { text: '# A heading in a file\n\nIt is no section here.' } },
  '08-model': { result: { answer: 'about: Explain tides.\n\nAnswer in three sentences.' } },
  '09-structured': { result: { urgency: 'high' } },
  '10-http': {
    result: { status: 201, milliseconds: expect.any(Number) as number },
    notes: ['response_time (seconds) is response_time_ms now, in milliseconds'],
  },
  '11-batch-inline': { result: { last: 'BLUE' } },
  '12-batch-block': { result: { count: 3, second: '1b' } },
  '13-next-end': { result: { result: 'rescued from 3' } },
  '14-next-step': { result: 'one two three' },
  '15-retry': { result: { status: 200 } },
  '16-retry-mapping': { result: { status: 200 } },
  '17-javascript': { result: 6.5 },
  '18-nested-fences': { result: '```sh\necho hi\n```' },
  '19-tilde-and-indent': { result: 'indented\n  twice' },
  '20-descriptions': { result: 'done', notes: ['the section Notes is left out'] },
  '21-long-integers': {
    result: {
      data: {
        ...{ id: 1458059302022549698n, day: '2026-11-29', version: '1.10', folder: '.' },
        ...{ on: true, nothing: null },
      },
    },
  },
  '22-sources': { result: { plain: 'first', dollar: 'first', echo: 'second' } },
  '23-windows-lines': { result: 'one\ntwo' },
  '24-child': { result: { greeting: 'Hello Grace' }, options: { inputs: { who: 'Grace' } } },
  '25-nested': {
    result: { text: 'Hello Grace' },
    notes: ['step greet runs ./24-child.json: import ./24-child.pflow.md too'],
  },
  '26-loop': { result: { value: 3 } },
  '27-approval': { result: null, options: { approve: ['remove'] } },
  '28-switch': { result: 'right' },
  '29-python': { notes: [PYTHON] },
  '30-agent': { notes: [AGENT] },
  '31-batch-of-requests': {
    result: { answer: { first: 1, status: 200, milliseconds: expect.any(Number) as number } },
    notes: ['response_time (seconds) is response_time_ms now, in milliseconds'],
  },
};

test('every workflow of the folder is in the table', () => {
  expect(Object.keys(EXPECTED)).toEqual(NAMES);
});

describe('a workflow in Markdown', () => {
  test.each(NAMES)('%s', async (name) => {
    const { result, options = {}, notes = [] } = EXPECTED[name] ?? {};
    const imported = await importFixture(name);
    expect(imported.notes.map(({ message }) => message)).toEqual(notes);
    if (result === undefined) return;
    const path = join(folder, `${name}.json`);
    writeFileSync(path, exactJsonText(imported.ir) ?? '');
    const types = (imported.ir as { readonly nodes: readonly { readonly type: string }[] }).nodes;
    const { types: registry } = await registryFor(types.map(({ type }) => type));
    expect(validateWorkflow(imported.ir, { registry })).toEqual([]);
    service.play(REPLIES[name] ?? [reply(503), reply(200)]);
    const cwd = mkdtempSync(join(folder, 'run-'));
    const env = { ...cleanEnvironment(cwd), origin: service.origin };
    const outcome = await runFile(path, { cwd, env, models, ...options });
    expect(outcome.error?.message).toBeUndefined();
    expect(outcome.output?.result).toEqual(result);
  });

  test('keeps its numbers and texts as they are written', async () => {
    const { ir } = await importFixture('21-long-integers');
    expect(ir).toMatchObject({
      nodes: [
        {
          params: {
            data: {
              ...{ id: 1458059302022549698n, day: '2026-11-29', version: '1.10', folder: '.' },
              ...{ on: true, nothing: null },
            },
          },
        },
      ],
    });
  });

  test('keeps JavaScript that has a mistake, which validation reports', async () => {
    const text = ['## Steps', '### one', 'Adds.', '- type: code', '```javascript code', 'return 1 +;', '```'];
    const { ir, notes } = await importWorkflow({
      text: text.join('\n'),
      file: 'w.pflow.md',
      loadTypes: async (names) => (await registryFor(names)).types,
      isJavaScript: () => false,
    });
    expect({ ir, notes }).toMatchObject({ ir: { nodes: [{ params: { code: 'return 1 +;' } }] }, notes: [] });
  });

  test('keeps what cannot run here in the purpose of a step that fails', async () => {
    const python = await importFixture('29-python');
    const agent = await importFixture('30-agent');
    expect([...python.notes, ...agent.notes].map(({ isLost }) => isLost)).toEqual([true, true]);
    expect([python.ir, agent.ir]).toMatchObject([
      {
        nodes: [
          {
            type: 'code',
            purpose: 'Adds up numbers.\n\nPython:\ndata: list\nresult: int = sum(data)',
            params: { inputs: { data: '${data}' } },
          },
        ],
      },
      {
        nodes: [
          {
            type: 'code',
            purpose:
              'Reviews a change.\n\nAgent step (claude-code):\nmax_turns: 5\nprompt: Review the last commit.',
          },
        ],
      },
    ]);
    writeFileSync(join(folder, 'python.json'), JSON.stringify(python.ir));
    const { status, error } = await runFile(join(folder, 'python.json'), { env: cleanEnvironment(folder) });
    expect({ status, message: error?.message }).toEqual({
      status: 'failed',
      message: expect.stringContaining('total was not carried over (Python)') as string,
    });
  });
});

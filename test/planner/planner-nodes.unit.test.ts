// What each node of the planner does with an answer.
import { describe, expect, test } from 'vitest';
import { FailedNodeError } from '../../src/flow/flow.ts';
import { GOOD_ANSWERS, GOOD_WORKFLOW } from '../support/planner-script.ts';
import { runPlanner, type ScriptedAnswers } from '../support/scripted-planner.ts';

/** The message of what was thrown. */
async function failing(script: ScriptedAnswers): Promise<string> {
  const thrown: unknown = await runPlanner(script).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(FailedNodeError);
  return (thrown as FailedNodeError).message;
}

describe('ComponentBrowsing', () => {
  test('drops names of types that do not exist', async () => {
    const types = ['send-mail', 'read-file', 'llm', 'llm'];
    const { requests } = await runPlanner({ browsing: [{ reasoning: '', types }] });
    const prompt = requests.find(({ caller }) => caller === 'workflow-generator')?.prompt ?? '';
    expect([...prompt.matchAll(/^### `(.*)`$/gmu)].map(([, type]) => type)).toEqual(['read-file', 'llm']);
    expect(prompt).not.toContain('send-mail');
  });

  test('calls again when no name exists, and fails after the third call', async () => {
    const nothing = { reasoning: '', types: ['send-mail'] };
    const { requests } = await runPlanner({ browsing: [nothing, nothing, GOOD_ANSWERS.browsing] });
    expect(requests.filter(({ caller }) => caller === 'component-browsing')).toHaveLength(3);
    expect(await failing({ browsing: [nothing] })).toBe(
      'after 3 attempts: test/model: the answer names no node type that exists',
    );
  });

  test.each([
    [['send-mail', 'x'.repeat(200)], `it names "send-mail", "${'x'.repeat(60)}"`],
    [[], 'it names no type'],
  ])('shows the names of %j that do not exist', async (types, detail) => {
    const failed = runPlanner({ browsing: [{ reasoning: '', types }] });
    await expect(failed).rejects.toMatchObject({ cause: { details: [detail] } });
  });
});

describe('an answer', () => {
  test('in prose is requested again, and fails after the third call', async () => {
    const { requests } = await runPlanner({ generator: ['Here is your workflow!', GOOD_WORKFLOW] });
    expect(requests.filter(({ caller }) => caller === 'workflow-generator')).toHaveLength(2);
    expect(await failing({ generator: ['Voici votre workflow !'] })).toBe(
      'after 3 attempts: the answer is not JSON, although the request has an output_schema',
    );
  });

  test('in one Markdown fence is accepted', async () => {
    const fenced = `\`\`\`json\n${JSON.stringify(GOOD_WORKFLOW)}\n\`\`\``;
    expect((await runPlanner({ generator: [fenced] })).plan.status).toBe('generated');
  });

  test('in another language is accepted', async () => {
    const { plan } = await runPlanner({
      browsing: [
        { reasoning: 'Die Datei wird gelesen, ein Modell fasst zusammen.', types: ['read-file', 'llm'] },
      ],
      metadata: [
        {
          name: 'datei-zusammenfassen',
          description: 'Fasst eine Textdatei zusammen.',
          keywords: ['Übersicht'],
        },
      ],
    });
    expect(plan).toMatchObject({ name: 'datei-zusammenfassen', keywords: ['Übersicht'] });
  });

  test('of 200 kB is accepted when valid, and is not sent back when invalid', async () => {
    const long = 'x'.repeat(200_000);
    const reasoned = await runPlanner({ browsing: [{ reasoning: long, types: ['read-file', 'llm'] }] });
    expect(reasoned.plan.status).toBe('generated');
    const huge = { nodes: [{ id: 'a', type: long }] };
    const { plan, requests } = await runPlanner({ generator: [huge, GOOD_WORKFLOW] });
    expect(plan.status).toBe('generated');
    const second = requests.filter(({ caller }) => caller === 'workflow-generator')[1]?.prompt ?? '';
    expect(second).toContain('too long to be repeated here');
    expect(second.length).toBeLessThan(5_000);
  });
});

describe('MetadataGeneration', () => {
  test.each([
    ['Summarise File!', 'summarise-file'],
    ['../../etc/passwd', 'etc-passwd'],
    ['Résumé of notes', 'resume-of-notes'],
    // No letter of it can be kept, so the sentence gives the name.
    ['要約', 'summarise-notes-txt-in-three-sentences'],
    ['a-'.repeat(40), 'a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a'],
  ])('the name %s becomes %s', async (name, expected) => {
    const { plan } = await runPlanner({ metadata: [{ name, description: '', keywords: [] }] });
    expect(plan).toMatchObject({ name: expected });
  });
});

describe('Validator', () => {
  const commands = (command: string): unknown => ({
    inputs: { file: { type: 'string' } },
    nodes: [
      { id: 'read', type: 'read-file', params: { file_path: '${file}' } },
      { id: 'run', type: 'shell', params: { command, env: { TEXT: '${read.content}' } } },
    ],
  });

  test.each(['sh -c "echo ${read.content}"', 'echo `cat ${file}`', 'eval ${read.content ?? "none"}'])(
    'rejects a value that could become code: %s',
    async (command) => {
      const { plan } = await runPlanner({ generator: [commands(command)] });
      expect(plan).toMatchObject({ status: 'failed', error: { code: 'PLAN_INVALID' } });
      expect(plan.status === 'failed' && plan.error.details[0]).toMatch(
        /^nodes\[1\]\.params\.command: \$\{.*\} is in.*, where its value could become code; write "env": \{/u,
      );
    },
  );

  test.each(['echo "$TEXT"', 'echo "${TEXT}"', 'cat ${file}', 'echo "${read.content}" | wc -l'])(
    'accepts a value that is handed over, and a variable: %s',
    async (command) => {
      const values = [{ name: 'file', value: 'notes.txt' }];
      const { plan } = await runPlanner({ generator: [commands(command)], mapping: [{ values }] });
      expect(plan.status).toBe('generated');
    },
  );

  test('accepts a JavaScript template in code, and rejects a workflow template there', async () => {
    const node = {
      id: 'run',
      type: 'code',
      params: { code: 'return `${inputs.n} times`', inputs: { n: '${file}' } },
    };
    const generator = {
      ...GOOD_WORKFLOW,
      inputs: { file: GOOD_WORKFLOW.inputs.file },
      nodes: [node],
      outputs: {},
    };
    const browsing = { reasoning: 'Compute.', types: ['code'] };
    expect((await runPlanner({ browsing: [browsing], generator: [generator] })).plan.status).toBe(
      'generated',
    );
    const spliced = { ...node, params: { ...node.params, code: 'return ${file}' } };
    const { plan } = await runPlanner({
      browsing: [browsing],
      generator: [{ ...generator, nodes: [spliced] }],
    });
    expect(plan).toMatchObject({
      error: { details: ["nodes[0].params.code: is not JavaScript: Unexpected token '{' (line 1)"] },
    });
  });

  test('rejects a cost limit that the planner set', async () => {
    const { plan } = await runPlanner({ generator: [{ ...GOOD_WORKFLOW, max_cost_usd: 100 }] });
    expect(plan).toMatchObject({ error: { details: ['max_cost_usd: is not for the planner to set'] } });
  });
});

describe('Result', () => {
  test('writes the default model into nodes that name no model', async () => {
    const named = { id: 'other', type: 'llm', params: { prompt: 'x', model: 'openai/gpt-4o' } };
    const generator = { ...GOOD_WORKFLOW, nodes: [...GOOD_WORKFLOW.nodes, named] };
    const { plan } = await runPlanner({ generator: [generator] }, { defaultModel: 'test/other' });
    const models = plan.status === 'failed' ? [] : plan.workflow.nodes.map(({ params }) => params['model']);
    expect(models).toEqual([undefined, 'test/other', 'openai/gpt-4o']);
  });

  test('gives the workflow the name and the description of the metadata, not its own', async () => {
    const { plan } = await runPlanner({ generator: [{ name: 'mine', ...GOOD_WORKFLOW, description: 'x' }] });
    expect(plan.status !== 'failed' && Object.entries(plan.ir).slice(0, 2)).toEqual([
      ['name', 'summarise-file'],
      ['description', 'Reads a text file and summarises it in so many sentences.'],
    ]);
  });
});

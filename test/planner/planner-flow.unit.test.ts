// Every path from a sentence to a plan, and the model calls on it.
import { describe, expect, test } from 'vitest';
import { ModelFailure } from '../../src/models/model-failure.ts';
import { NODE_TYPE_NAMES } from '../../src/nodes/registry.ts';
import { GOOD_ANSWERS, GOOD_WORKFLOW } from '../support/planner-script.ts';
import { runPlanner } from '../support/scripted-planner.ts';

const SAVED = [{ name: 'summarise-file', ir: GOOD_WORKFLOW }];
const FOUND = { reasoning: 'It fits.', found: true, workflow_name: 'summarise-file' };
const BAD = { nodes: [{ id: 'a', type: 'unheard-of' }] };

const BUILDING = [
  'component-browsing',
  'parameter-discovery',
  'workflow-generator',
  'parameter-mapping',
  'validator',
];
const FINISHING = ['metadata-generation', 'parameter-preparation', 'result'];
const ROUND = ['workflow-generator', 'parameter-mapping', 'validator'];

describe('a new workflow', () => {
  test('takes five calls where nothing is saved, none of them for discovery', async () => {
    const { plan, visited, requests } = await runPlanner();
    expect(visited).toEqual(['workflow-discovery', ...BUILDING, ...FINISHING]);
    expect(requests.map(({ caller }) => caller)).toEqual(
      visited.filter(
        (id) => !['workflow-discovery', 'validator', 'parameter-preparation', 'result'].includes(id),
      ),
    );
    expect(requests).toHaveLength(5);
    expect(plan).toMatchObject({
      status: 'generated',
      name: 'summarise-file',
      fromSentence: ['file', 'sentences'],
      inputs: { values: { file: 'notes.txt', sentences: 3 }, origins: { file: 'given', sentences: 'given' } },
    });
  });

  test('takes six calls where another workflow is saved', async () => {
    const { plan, visited, requests } = await runPlanner({}, { saved: SAVED });
    expect(visited).toEqual(['workflow-discovery', ...BUILDING, ...FINISHING]);
    expect(requests).toHaveLength(6);
    expect(plan.status).toBe('generated');
  });

  test('without inputs makes no call for their values', async () => {
    const { requests, plan } = await runPlanner({
      generator: [{ nodes: [{ id: 'say', type: 'echo', params: { message: 'hello' } }] }],
    });
    expect(requests.map(({ caller }) => caller)).not.toContain('parameter-mapping');
    expect(plan).toMatchObject({ status: 'generated', fromSentence: [] });
  });

  test('that is invalid twice is built a third time, with the problems word for word', async () => {
    const { plan, visited, requests } = await runPlanner({ generator: [BAD, BAD, GOOD_WORKFLOW] });
    expect(visited).toEqual(['workflow-discovery', ...BUILDING, ...ROUND, ...ROUND, ...FINISHING]);
    expect(plan.status).toBe('generated');
    const rounds = requests
      .filter(({ caller }) => caller === 'workflow-generator')
      .map(({ prompt }) => prompt);
    expect(rounds[0]).toContain('This is the first attempt.');
    expect(
      rounds.slice(1).map((prompt) => prompt.split('\n').filter((line) => line.startsWith('- nodes'))),
    ).toEqual(
      Array(2).fill(['- nodes[0].type: unknown type "unheard-of"; available: ' + NODE_TYPE_NAMES.join(', ')]),
    );
    // The part that a provider caches is the same in every round.
    expect(
      new Set(requests.filter(({ caller }) => caller === 'workflow-generator').map(({ system }) => system))
        .size,
    ).toBe(1);
  });

  test('that is invalid three times fails with the fewest problems and their attempt', async () => {
    const worse = { nodes: [...BAD.nodes, { id: 'b', type: 'neither' }] };
    const { plan, visited } = await runPlanner({ generator: [worse, BAD, worse] });
    expect(visited).toEqual(['workflow-discovery', ...BUILDING, ...ROUND, ...ROUND, 'result']);
    expect(plan).toMatchObject({
      status: 'failed',
      best: { ir: BAD },
      error: {
        code: 'PLAN_INVALID',
        message: 'no valid workflow after 3 attempts',
        details: ['nodes[0].type: unknown type "unheard-of"; available: ' + NODE_TYPE_NAMES.join(', ')],
      },
    });
  });

  test('that lacks a value fails after validation, and the error names the input', async () => {
    const { plan, visited } = await runPlanner({
      mapping: [{ values: [{ name: 'file', value: 'notes.txt' }] }],
    });
    expect(visited).toEqual(['workflow-discovery', ...BUILDING, 'result']);
    expect(plan).toMatchObject({
      status: 'failed',
      error: { code: 'INPUT_MISSING' },
      best: { problems: [] },
    });
    expect(plan.status === 'failed' && plan.error.message).toContain(
      'input "sentences" (integer) is missing',
    );
  });

  test('is named after the sentence when the model gives it no name', async () => {
    const { plan, recovered } = await runPlanner({ metadata: [new ModelFailure('MODEL_OVERLOADED', 'no')] });
    expect(recovered).toEqual(['metadata-generation']);
    expect(plan).toMatchObject({ status: 'generated', name: 'summarise-notes-txt-in-three-sentences' });
  });

  test('is built without hints when the values in the sentence are not found', async () => {
    const { plan, recovered, requests } = await runPlanner({
      parameters: [new ModelFailure('MODEL_REFUSED', 'no')],
    });
    expect(recovered).toEqual(['parameter-discovery']);
    expect(plan.status).toBe('generated');
    expect(requests.find(({ caller }) => caller === 'workflow-generator')?.prompt).toContain(
      '<values>\nnone\n</values>',
    );
  });
});

describe('a saved workflow that fits', () => {
  test('is reused with two calls', async () => {
    const { plan, visited, requests } = await runPlanner({ discovery: [FOUND] }, { saved: SAVED });
    expect(visited).toEqual(['workflow-discovery', 'parameter-mapping', 'parameter-preparation', 'result']);
    expect(requests).toHaveLength(2);
    expect(plan).toMatchObject({ status: 'reused', name: 'summarise-file', ir: GOOD_WORKFLOW });
    expect(plan).toMatchObject({ inputs: { values: { file: 'notes.txt', sentences: 3 } } });
  });

  test('and lacks a value fails, and the error names the input', async () => {
    const { plan, visited } = await runPlanner(
      { discovery: [FOUND], mapping: [{ values: [] }] },
      { saved: SAVED },
    );
    expect(visited).toEqual(['workflow-discovery', 'parameter-mapping', 'result']);
    expect(plan).toMatchObject({
      status: 'failed',
      saved: 'summarise-file',
      error: { code: 'INPUT_MISSING', message: '2 inputs are missing' },
    });
  });

  test.each([
    ['a name that is not saved', { ...FOUND, workflow_name: 'made-up' }],
    ['found without a name', { ...FOUND, workflow_name: null }],
    ['a name without found', { ...FOUND, found: false }],
  ])('is not used when the answer has %s', async (_what, answer) => {
    const { plan } = await runPlanner({ discovery: [answer] }, { saved: SAVED });
    expect(plan.status).toBe('generated');
  });

  test('is not offered to the model when it is not valid', async () => {
    const { requests } = await runPlanner({}, { saved: [{ name: 'broken', ir: BAD }, ...SAVED] });
    expect(requests[0]?.system).toContain('"summarise-file"');
    expect(requests[0]?.system).not.toContain('broken');
  });
});

describe('a value', () => {
  test('that was given by name wins over the sentence, and no model sees it', async () => {
    const given = { file: 'secret-file.txt' };
    const { plan, requests } = await runPlanner({}, { given });
    expect(plan).toMatchObject({
      inputs: { values: { file: 'secret-file.txt' } },
      fromSentence: ['sentences'],
    });
    expect(JSON.stringify(requests)).not.toContain('secret-file.txt');
    expect(requests[0]?.prompt).toContain('given by name, with values that you need not know: "file"');
  });

  test('that was given by name must be an input of the new workflow', async () => {
    const { plan } = await runPlanner({}, { given: { depth: '3' } });
    expect(plan).toMatchObject({
      status: 'failed',
      error: {
        details: [
          'inputs: the value of "depth" was given by name, and there is no such input; declare the input "depth" and use it',
        ],
      },
    });
  });

  test('that was piped in goes to the stdin input, whatever value the sentence has', async () => {
    const inputs = { text: { type: 'string', stdin: true } };
    const generator = { inputs, nodes: [{ id: 'say', type: 'echo', params: { message: '${text}' } }] };
    const mapping = { values: [{ name: 'text', value: 'notes.txt' }] };
    const { plan, requests } = await runPlanner(
      { generator: [generator], mapping: [mapping] },
      { stdin: 'the text' },
    );
    expect(plan).toMatchObject({
      inputs: { values: { text: 'the text' }, origins: { text: 'stdin' } },
      fromSentence: [],
    });
    expect(JSON.stringify(requests)).not.toContain('the text"');
    expect(requests[0]?.prompt).toContain('Text was piped in: 8 characters, 1 lines.');
  });

  test('for an unknown input is dropped', async () => {
    const values = [
      ...(GOOD_ANSWERS.mapping as { values: unknown[] }).values,
      { name: 'made_up', value: 'x' },
    ];
    const { plan } = await runPlanner({ mapping: [{ values }] });
    expect(plan).toMatchObject({ status: 'generated', fromSentence: ['file', 'sentences'] });
  });

  test('that does not fit the type of its input is refused', async () => {
    const values = [
      { name: 'file', value: 'notes.txt' },
      { name: 'sentences', value: 'a few' },
    ];
    const { plan } = await runPlanner({ mapping: [{ values }] });
    expect(plan).toMatchObject({ status: 'failed', error: { code: 'INPUT_INVALID' } });
  });
});

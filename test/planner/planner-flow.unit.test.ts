// Every way from a sentence to a plan, and how often a model is asked on it.
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
  test('where nothing is saved: five calls, and discovery asks nobody', async () => {
    const { plan, visited: way, requests: asked } = await runPlanner();
    expect(way).toEqual(['workflow-discovery', ...BUILDING, ...FINISHING]);
    expect(asked.map(({ caller: asker }) => asker)).toEqual(
      way.filter(
        (id) => !['workflow-discovery', 'validator', 'parameter-preparation', 'result'].includes(id),
      ),
    );
    expect(asked).toHaveLength(5);
    expect(plan).toMatchObject({
      status: 'generated',
      name: 'summarise-file',
      fromSentence: ['file', 'sentences'],
      inputs: { values: { file: 'notes.txt', sentences: 3 }, origins: { file: 'given', sentences: 'given' } },
    });
  });

  test('where something else is saved: six calls', async () => {
    const { plan, visited: way, requests: asked } = await runPlanner({}, { saved: SAVED });
    expect(way).toEqual(['workflow-discovery', ...BUILDING, ...FINISHING]);
    expect(asked).toHaveLength(6);
    expect(plan.status).toBe('generated');
  });

  test('without inputs nobody is asked for their values', async () => {
    const { requests: asked, plan } = await runPlanner({
      generator: [{ nodes: [{ id: 'say', type: 'echo', params: { message: 'hello' } }] }],
    });
    expect(asked.map(({ caller: asker }) => asker)).not.toContain('parameter-mapping');
    expect(plan).toMatchObject({ status: 'generated', fromSentence: [] });
  });

  test('that is invalid twice is built a third time, with the findings word for word', async () => {
    const {
      plan,
      visited: way,
      requests: asked,
    } = await runPlanner({ generator: [BAD, BAD, GOOD_WORKFLOW] });
    expect(way).toEqual(['workflow-discovery', ...BUILDING, ...ROUND, ...ROUND, ...FINISHING]);
    expect(plan.status).toBe('generated');
    const rounds = asked
      .filter(({ caller: asker }) => asker === 'workflow-generator')
      .map(({ prompt }) => prompt);
    expect(rounds[0]).toContain('This is the first attempt.');
    expect(
      rounds.slice(1).map((prompt) => prompt.split('\n').filter((line) => line.startsWith('- nodes'))),
    ).toEqual(
      Array(2).fill(['- nodes[0].type: unknown type "unheard-of", there is: ' + NODE_TYPE_NAMES.join(', ')]),
    );
    // The part that a provider caches is the same in every round.
    expect(
      new Set(asked.filter(({ caller: asker }) => asker === 'workflow-generator').map(({ system }) => system))
        .size,
    ).toBe(1);
  });

  test('that is invalid three times fails with the fewest findings and the attempt they belong to', async () => {
    const worse = { nodes: [...BAD.nodes, { id: 'b', type: 'neither' }] };
    const { plan, visited: way } = await runPlanner({ generator: [worse, BAD, worse] });
    expect(way).toEqual(['workflow-discovery', ...BUILDING, ...ROUND, ...ROUND, 'result']);
    expect(plan).toMatchObject({
      status: 'failed',
      best: { ir: BAD },
      error: {
        code: 'PLAN_INVALID',
        message: 'no workflow that can run came of 3 attempts',
        details: ['nodes[0].type: unknown type "unheard-of", there is: ' + NODE_TYPE_NAMES.join(', ')],
      },
    });
  });

  test('that lacks a value fails and names it, after it was found valid and before it is named', async () => {
    const { plan, visited: way } = await runPlanner({
      mapping: [{ values: [{ name: 'file', value: 'notes.txt' }] }],
    });
    expect(way).toEqual(['workflow-discovery', ...BUILDING, 'result']);
    expect(plan).toMatchObject({
      status: 'failed',
      error: { code: 'INPUT_MISSING' },
      best: { problems: [] },
    });
    expect(plan.status === 'failed' && plan.error.message).toContain(
      'input "sentences" (integer) is missing',
    );
  });

  test('is named after the sentence when nobody gives it a name', async () => {
    const { plan, recovered } = await runPlanner({ metadata: [new ModelFailure('MODEL_OVERLOADED', 'no')] });
    expect(recovered).toEqual(['metadata-generation']);
    expect(plan).toMatchObject({ status: 'generated', name: 'summarise-notes-txt-in-three-sentences' });
  });

  test('is built without hints when the values in the sentence cannot be found', async () => {
    const {
      plan,
      recovered,
      requests: asked,
    } = await runPlanner({
      parameters: [new ModelFailure('MODEL_REFUSED', 'no')],
    });
    expect(recovered).toEqual(['parameter-discovery']);
    expect(plan.status).toBe('generated');
    expect(asked.find(({ caller: asker }) => asker === 'workflow-generator')?.prompt).toContain(
      '<values>\nnone\n</values>',
    );
  });
});

describe('a saved workflow that fits', () => {
  test('is used again: two calls', async () => {
    const {
      plan,
      visited: way,
      requests: asked,
    } = await runPlanner({ discovery: [FOUND] }, { saved: SAVED });
    expect(way).toEqual(['workflow-discovery', 'parameter-mapping', 'parameter-preparation', 'result']);
    expect(asked).toHaveLength(2);
    expect(plan).toMatchObject({ status: 'reused', name: 'summarise-file', ir: GOOD_WORKFLOW });
    expect(plan).toMatchObject({ inputs: { values: { file: 'notes.txt', sentences: 3 } } });
  });

  test('and lacks a value fails and names it', async () => {
    const { plan, visited: way } = await runPlanner(
      { discovery: [FOUND], mapping: [{ values: [] }] },
      { saved: SAVED },
    );
    expect(way).toEqual(['workflow-discovery', 'parameter-mapping', 'result']);
    expect(plan).toMatchObject({
      status: 'failed',
      saved: 'summarise-file',
      error: { code: 'INPUT_MISSING', message: '2 inputs are missing' },
    });
  });

  test.each([
    ['a name that nobody has saved', { ...FOUND, workflow_name: 'made-up' }],
    ['found, but no name', { ...FOUND, workflow_name: null }],
    ['a name, but not found', { ...FOUND, found: false }],
  ])('%s: a new one is built', async (_what, answer) => {
    const { plan } = await runPlanner({ discovery: [answer] }, { saved: SAVED });
    expect(plan.status).toBe('generated');
  });

  test('but could not run is not offered', async () => {
    const { requests: asked } = await runPlanner({}, { saved: [{ name: 'broken', ir: BAD }, ...SAVED] });
    expect(asked[0]?.system).toContain('"summarise-file"');
    expect(asked[0]?.system).not.toContain('broken');
  });
});

describe('values', () => {
  test('that were given by name win over the sentence, and no model sees them', async () => {
    const given = { file: 'secret-file.txt' };
    const { plan, requests: asked } = await runPlanner({}, { given });
    expect(plan).toMatchObject({
      inputs: { values: { file: 'secret-file.txt' } },
      fromSentence: ['sentences'],
    });
    expect(JSON.stringify(asked)).not.toContain('secret-file.txt');
    expect(asked[0]?.prompt).toContain('given by name, with values that you need not know: "file"');
  });

  test('that were given by name must be inputs of what is built', async () => {
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

  test('that were piped in go to the input that takes them, whatever the sentence says', async () => {
    const inputs = { text: { type: 'string', stdin: true } };
    const generator = { inputs, nodes: [{ id: 'say', type: 'echo', params: { message: '${text}' } }] };
    const mapping = { values: [{ name: 'text', value: 'notes.txt' }] };
    const { plan, requests: asked } = await runPlanner(
      { generator: [generator], mapping: [mapping] },
      { stdin: 'the text' },
    );
    expect(plan).toMatchObject({
      inputs: { values: { text: 'the text' }, origins: { text: 'stdin' } },
      fromSentence: [],
    });
    expect(JSON.stringify(asked)).not.toContain('the text"');
    expect(asked[0]?.prompt).toContain('Text was piped in: 8 characters, 1 lines.');
  });

  test('of inputs that there are not are let go', async () => {
    const values = [
      ...(GOOD_ANSWERS.mapping as { values: unknown[] }).values,
      { name: 'made_up', value: 'x' },
    ];
    const { plan } = await runPlanner({ mapping: [{ values }] });
    expect(plan).toMatchObject({ status: 'generated', fromSentence: ['file', 'sentences'] });
  });

  test('that do not fit the type of their input are refused', async () => {
    const values = [
      { name: 'file', value: 'notes.txt' },
      { name: 'sentences', value: 'a few' },
    ];
    const { plan } = await runPlanner({ mapping: [{ values }] });
    expect(plan).toMatchObject({ status: 'failed', error: { code: 'INPUT_INVALID' } });
  });
});

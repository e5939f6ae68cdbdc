import { expect, it } from 'vitest';
import { PflowError } from '../../../src/errors.ts';
import { hasTemplate } from '../../../src/workflow/templates/has-template.ts';
import { resolveParams } from '../../../src/workflow/templates/resolve-params.ts';
import { createLayeredScope } from '../../../src/workflow/templates/scope.ts';

const scope = createLayeredScope({ topic: 'cats' }, { read: { content: 'text', file_path: 'a.txt' } });

function errorOf(params: Record<string, unknown>): PflowError {
  try {
    resolveParams('summarize', params, scope);
  } catch (error) {
    if (error instanceof PflowError) return error;
  }
  throw new Error('no PflowError');
}

it('an unresolved name is reported in the form of the command line', () => {
  const { code, message, details, node_id, hint } = errorOf({ prompt: 'Sum up: ${read.contents}' });
  expect({ code, message, details, node_id, hint }).toEqual({
    code: 'TEMPLATE_UNRESOLVED',
    message: 'node "summarize", param "prompt": ${read.contents} does not exist',
    details: ['read has: content (string), file_path (string)', 'did you mean ${read.content}?'],
    node_id: 'summarize',
    hint: undefined,
  });
});

it('all missing references are reported at once, with their place in the param', () => {
  const { message, details } = errorOf({ data: { list: ['${topik}'] }, prompt: '${read.x}' });
  expect(message).toBe('node "summarize", param "data.list[0]": ${topik} does not exist');
  expect(details).toEqual([
    'available: topic (string), read (object)',
    'did you mean ${topic}?',
    'param "prompt": ${read.x} does not exist',
    'read has: content (string), file_path (string)',
  ]);
});

it('each param with a template is reported with template, value and references', () => {
  const params = { prompt: 'About ${topic}', data: { a: ['${read.content}'] }, plain: 3, escaped: '$${x}' };
  expect(resolveParams('n', params, scope)).toEqual({
    params: { prompt: 'About cats', data: { a: ['text'] }, plain: 3, escaped: '${x}' },
    resolutions: [
      {
        param: 'prompt',
        template: 'About ${topic}',
        value: 'About cats',
        references: [{ kind: 'reference', name: 'topic', path: [] }],
      },
      {
        param: 'data',
        template: { a: ['${read.content}'] },
        value: { a: ['text'] },
        references: [{ kind: 'reference', name: 'read', path: ['content'] }],
      },
    ],
  });
});

it('params are never mutated, and params without templates are returned unchanged', () => {
  const templated = Object.freeze({ prompt: '${topic}' });
  expect(resolveParams('n', templated, scope).params).toEqual({ prompt: 'cats' });
  const plain = { a: 1 };
  expect(resolveParams('n', plain, scope)).toEqual({ params: plain, resolutions: [] });
  expect(resolveParams('n', plain, scope).params).toBe(plain);
});

it('hasTemplate finds a template or an escape at any depth', () => {
  expect([{ a: [{ b: 'x ${y}' }] }, '$${x}', { a: ['$x', null, 3] }, '${'].map(hasTemplate)).toEqual([
    true,
    true,
    false,
    true,
  ]);
});

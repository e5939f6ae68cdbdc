// Invariant: nothing of what a tool answers is lost or changed on its way into the store.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toOutputs } from '../../src/mcp/tool-result.ts';

const text = (value: string): unknown => ({ type: 'text', text: value });
const image = { type: 'image', mimeType: 'image/png', data: 'iVBO' };
const shownImage = { type: 'image', mime_type: 'image/png', data: 'iVBO' };

test.each([
  [
    'structured content before its text',
    { structuredContent: { a: 1 }, content: [text('{"a": 1}')] },
    { a: 1 },
  ],
  [
    'JSON text of an object or a list, exactly',
    { content: [text('[12345678901234567890]')] },
    [12345678901234567890n],
  ],
  ['a text that is not JSON', { content: [text('{broken')] }, '{broken'],
  ['a text that JSON would change', { content: [text('1.10')] }, '1.10'],
  ['several blocks as a list', { content: [text('a'), image] }, ['a', shownImage]],
  ['one image', { content: [image] }, shownImage],
  [
    'a resource with bytes',
    { content: [{ type: 'resource', resource: { uri: 'a://b', mimeType: 'x/y', blob: 'AAA=' } }] },
    { type: 'resource', uri: 'a://b', mime_type: 'x/y', data: 'AAA=' },
  ],
  [
    'a block of a type that is not known',
    { content: [{ type: 'hologram', z: 1 }] },
    { type: 'hologram', z: 1 },
  ],
  ['no block', { content: [] }, null],
  ['no content', {}, null],
])('the result is %s', (_what, answer, result) => {
  expect(toOutputs(answer)).toEqual({ result, attachments: [] });
});

test('what comes beside structured content and is not text is attached', () => {
  const answer = { structuredContent: { a: 1 }, content: [text('{"a": 1}'), image] };
  expect(toOutputs(answer)).toEqual({ result: { a: 1 }, attachments: [shownImage] });
});

test('any text that is not an object or a list in JSON stays as it is', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.double().map(String), fc.json({ maxDepth: 0 })), (value) => {
      fc.pre(!/^\s*[[{]/u.test(value));
      expect(toOutputs({ content: [text(value)] }).result).toBe(value);
    }),
  );
});

// Tests that the line an error shows of a JSON text holds no secret.
import { expect, it } from 'vitest';
import { PflowError } from '../../src/errors.ts';
import { parseJson } from '../../src/values/parse-json.ts';

function detailsOf(text: string): string {
  try {
    parseJson(text);
  } catch (error) {
    if (error instanceof PflowError) return error.details.join('\n');
  }
  return '';
}

it.each([
  ['{"api_key": "hunter2",, "a": 1}', 'hunter2'],
  ['{"a": 1,, "Authorization": "Bearer abc"}', 'abc'],
  ['{"dbPassword": "my \\"quoted\\" one" "a": 1}', 'quoted'],
  ['{"token": "not closed', 'not closed'],
  ['{"x": "kT9aZq27LmP0sWx4Bv81",, }', 'kT9aZq27LmP0sWx4Bv81'],
])('the shown line of %j has no secret', (text, secret) => {
  const shown = detailsOf(text);
  expect(shown).toContain('1 | {');
  expect(shown).not.toContain(secret);
});

it('other values are shown, with the caret at the fault', () => {
  expect(detailsOf('{"type": "shell",, "a": 1}')).toBe(
    '1 | {"type": "shell",, "a": 1}\n                     ^',
  );
});

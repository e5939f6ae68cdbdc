// The lines of an error on the terminal.
import { expect, test } from 'vitest';
import { formatError } from '../../../src/cli/terminal/error-text.ts';
import { PflowError } from '../../../src/errors.ts';

test('a detail that the message ends with is not repeated', () => {
  const message = 'node "ask": the answer does not fit its schema: /kind must be string';
  const details = ['/kind must be string', '/title must be string'];
  const [, ...lines] = formatError(new PflowError('MODEL_ANSWER_INVALID', message, { details })).split('\n');
  expect(lines).toEqual(['  /title must be string', '']);
});

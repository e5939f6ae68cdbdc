import { expect, test } from 'vitest';
import { PflowError } from '../src/errors.ts';

test('an error about a name of any length has a message that can be read', () => {
  const long = 'a'.repeat(100_000);
  const error = new PflowError('USAGE', long, { hint: long, details: ['short', long] });
  const cut = `${'a'.repeat(10_000)}…`;
  expect([error.message, error.hint, error.details]).toEqual([cut, cut, ['short', cut]]);
});

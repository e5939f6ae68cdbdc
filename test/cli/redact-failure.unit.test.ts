// Tests that an error which pflow did not expect shows no secret.
import { expect, test } from 'vitest';
import type { PflowError } from '../../src/errors.ts';
import { redactFailure } from '../../src/cli/redact-failure.ts';
import { asPflowError, formatError, formatStack } from '../../src/cli/terminal/error-text.ts';

const failed = (message: string): PflowError => asPflowError(new Error(message));
const shown = (error: PflowError): string => formatError(error) + formatStack(error);

test('secrets of the environment and of the command line are replaced, in the stack too', () => {
  const env = { PFLOW_HOME: '/nonexistent', MY_TOKEN: 'hunter2-secret' };
  const text = shown(
    redactFailure(failed('bad hunter2-secret and other-secret!'), env, ['run', 'api_key=other-secret!']),
  );
  expect(text).not.toMatch(/hunter2|other-secret/u);
  expect(text).toContain('<redacted:MY_TOKEN>');
  expect(text).toContain('<redacted:api_key>');
});

test('the reason is left out where secrets cannot be searched', () => {
  const env = {
    get MY_TOKEN(): string {
      throw new Error('hunter2-secret');
    },
  };
  const text = shown(redactFailure(failed('bad hunter2-secret'), env, []));
  expect(text).not.toContain('hunter2');
  expect(text).toContain('INTERNAL');
});

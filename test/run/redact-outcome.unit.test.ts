// Invariant: redacting the outcome of a run changes texts, and never what the outcome is.
import { expect, test } from 'vitest';
import { createRedactor } from '../../src/log/secrets/redaction.ts';
import { Interruption } from '../../src/run/interruption.ts';
import { redactOutcome } from '../../src/run/redact-outcome.ts';

test('an interruption keeps its signal, also when a secret is a word of its message', () => {
  const redactor = createRedactor({ env: { DB_PASSWORD: 'interrupted' } });
  const outcome = {
    status: 'interrupted' as const,
    error: new Interruption('SIGTERM'),
    shared: {},
    recovered: [],
  };
  const { error } = redactOutcome(outcome, (text) => redactor.redact(text));
  expect(error).toBeInstanceOf(Interruption);
  expect((error as Interruption).signal).toBe('SIGTERM');
  expect(error?.stack).not.toContain('interrupted');
});

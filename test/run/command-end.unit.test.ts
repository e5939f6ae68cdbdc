// Tests that the end of a command's output shows no part of a secret.
import { expect, test } from 'vitest';
import { createRedactor } from '../../src/log/secrets/redaction.ts';
import { describeTail } from '../../src/nodes/command-output.ts';
import { commandEndOf } from '../../src/run/command-end.ts';

const SECRET = 'hunter2-and-more-of-it';
const redactor = createRedactor({ secrets: { PW: SECRET } });

test.each([2048, 2000])('a secret that %d bytes cut is redacted in the error and in its details', (limit) => {
  for (let kept = 6; kept < SECRET.length; kept += 1) {
    const text = `start ${SECRET}${'.'.repeat(limit - kept)}`;
    const end = commandEndOf({ command: 'c', exit_code: 1, stdout: text, stderr: '' });
    const details = describeTail('stdout', { text, isBinary: false });
    for (const shown of [end?.stdout ?? '', ...details].map((line) => redactor.redact(line)))
      expect(shown).not.toContain(SECRET.slice(-6));
  }
});

test('what is not cut has no mark', () => {
  const outputs = { command: 'c', exit_code: 1, stdout: 'short', stderr: 'x'.repeat(2048) };
  expect(commandEndOf(outputs)).toMatchObject({ stdout: 'short', stderr: 'x'.repeat(2048) });
  expect(describeTail('stdout', { text: 'short', isBinary: false })).toEqual(['stdout: short']);
});

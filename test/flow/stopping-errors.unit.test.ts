// Invariant: an error edge never goes on after an error that must stop the run.
import { expect, test } from 'vitest';
import { PflowError } from '../../src/errors.ts';
import { Flow } from '../../src/flow/flow.ts';
import { Node } from '../../src/flow/node.ts';

class Failing extends Node {
  private readonly error: Error;

  constructor(error: Error) {
    super('failing', 'failing');
    this.error = error;
  }

  override exec(): never {
    throw this.error;
  }
}

class Fine extends Node {}

test.each([
  [
    'a log that is required and cannot be written',
    new PflowError('LOG_INCOMPLETE', 'full'),
    'LOG_INCOMPLETE',
  ],
  ['any other failure', new Error('no'), undefined],
])('no error edge goes on after %s', async (_title, error, code) => {
  const start = new Failing(error);
  start.on('error', new Fine('fine', 'fine'));
  const context = { signal: new AbortController().signal, cwd: '.', env: {} };
  const end = await new Flow(start).run({}, context).then(
    ({ lastNode }) => lastNode,
    (thrown: unknown) => thrown,
  );
  expect(code === undefined ? end : (end as PflowError).code).toBe(code ?? 'fine');
});

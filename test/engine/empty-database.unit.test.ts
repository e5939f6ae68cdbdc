// A database without an event of a run: the error names the command that helps.
import { expect, test } from 'vitest';
import { emptyError } from '../../src/engine/synced-logs.ts';
import type { RunState, StoredRun } from '../../src/engine/stored-runs.ts';

function stored(state: RunState): StoredRun {
  return { run: `the-${state}`, state, queue: 'q', workflow: 'w', tags: {}, submittedAt: 0, waiting: 'ask' };
}

test.each([
  ['no run', [], 'the database has no run', 'Submit one: pflow submit.'],
  ['a run that waits', ['waiting', 'paused'], /\(1 waiting, 1 paused\)$/u, 'Start a worker: pflow worker.'],
  ['a run that is executed', ['running'], /\(1 running\)$/u, 'Start a worker: pflow worker.'],
  ['paused and cancelled runs', ['paused', 'cancelled'], /\(1 paused, 1 cancelled\)$/u, undefined],
] as const)('the error for a database with %s names the way out', (_what, states, message, hint) => {
  const error = emptyError(states.map(stored));
  expect(error.message).toMatch(message);
  expect(error.hint).toBe(hint);
  const isPaused = (states as readonly RunState[]).includes('paused');
  expect(error.details.join('\n').includes('pflow resume the-paused --db --approve ask')).toBe(isPaused);
});

// Invariant: what ends a run ends it from inside a batch too, whatever the batch does with failures.
import { describe, expect, test } from 'vitest';
import { PflowError } from '../../src/errors.ts';
import { Node } from '../../src/flow/node.ts';
import { BatchRun } from '../../src/wrappers/batch-run.ts';

class Fine extends Node {}

describe.each([true, false])('a batch that is parallel: %s', (parallel) => {
  test.each(['continue', 'fail_fast'] as const)(
    'under %s ends with the required log',
    async (error_handling) => {
      const begun: unknown[] = [];
      const warnings: unknown[] = [];
      const items = [0, 1, 2, 3];
      const batch = { items, as: 'item', parallel, max_concurrent: 2, error_handling };
      const context = {
        signal: new AbortController().signal,
        cwd: '.',
        env: {},
        warn: (warning: unknown) => warnings.push(warning),
      };
      const failure = new PflowError('LOG_INCOMPLETE', 'full');
      const run = new BatchRun(
        { batch, inputs: {} },
        new Fine('a', 'a'),
        {},
        context,
        (_node, _shared, { item }) => {
          begun.push(item);
          return item === 1 ? Promise.reject(failure) : Promise.resolve('default');
        },
      );
      await expect(run.run()).rejects.toBe(failure);
      expect([begun.includes(3), warnings]).toEqual([false, []]);
    },
  );
});

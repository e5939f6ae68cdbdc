// Invariant: a run selection selects the requested runs, and each projection sees the events of these runs only.
import { describe, expect, test } from 'vitest';
import type { Projection } from '../../projections/contract.ts';
import { selectRuns, startSelection } from '../../src/replay/run-selection.ts';
import { buildRun, runId } from '../support/run-builder.ts';
import { z } from 'zod';

const [A, B, C] = [runId(1), runId(2), runId(3)] as const;

/** Lists the runs whose events it was given, and how many. */
function counting(scope: 'log' | 'run'): Projection<Map<string, number>, readonly string[]> {
  return {
    name: 'counting',
    summary: 'for this test',
    handles: ['run.started', 'run.completed'],
    scope,
    initial: () => new Map(),
    evolve: (state, { run }) => void state.set(run, (state.get(run) ?? 0) + 1),
    result: (state) => [...state].map(([run, count]) => `${run} ${String(count)}`),
    schema: z.array(z.string()),
  };
}

describe('selectRuns', () => {
  test.each([
    ['all', [A, B, C]],
    ['last', [C]],
    [B, [B]],
    [C.slice(0, -1), 'several'],
    ['f', 'none'],
  ])('selectRuns selects %s', (requested, expected) => {
    const runs = [A, B, C];
    if (typeof expected === 'string') expect(() => selectRuns(requested, runs)).toThrow('in the log');
    else expect(selectRuns(requested, runs)).toEqual(expected);
  });

  test('selectRuns prefers a whole id to one that begins with it', () => {
    expect(selectRuns('ab', ['abc', 'ab'])).toEqual(['ab']);
  });

  test('selectRuns selects no run of an empty log', () => {
    expect(selectRuns('last', [])).toEqual([]);
  });

  test('selectRuns refuses an unknown run, and lists at most twenty', () => {
    const runs = Array.from({ length: 21 }, (_, index) => runId(index));
    expect(() => selectRuns('f', runs)).toThrow(
      expect.objectContaining({
        code: 'RUN_UNKNOWN',
        message: 'there is no run f in the log',
        details: [`available: ${runs.slice(0, 20).join(', ')}, …`],
      }),
    );
  });
});

describe('startSelection', () => {
  const [a, b] = [buildRun(A).started().ended('success'), buildRun(B).started().ended('failed')];
  const [a0, a1] = a.events;
  const [b0, b1] = b.events;
  /** B begins after A and ends before it. */
  const interleaved = [a0, b0, b1, a1];

  test.each([
    ['log', 'all', [`${A} 2`, `${B} 2`]],
    ['log', 'last', [`${B} 2`]],
    ['log', A, [`${A} 2`]],
    ['run', 'all', { [A]: [`${A} 2`], [B]: [`${B} 2`] }],
    ['run', 'last', [`${B} 2`]],
    ['run', B, [`${B} 2`]],
  ] as const)('a projection of scope %s gets the events of run %s', (scope, requested, expected) => {
    const selection = startSelection(counting(scope), requested);
    for (const event of interleaved) if (event !== undefined) selection.add(event);
    expect(selection.result([A, B])).toEqual(expected);
  });

  test.each(['log', 'run'] as const)(
    'a projection of scope %s gets no event of a type that it does not handle',
    (scope) => {
      const selection = startSelection(counting(scope), 'all');
      for (const event of buildRun(A).started().warned('CODE', 'message').ended('success').events)
        selection.add(event);
      expect(selection.result([A])).toEqual([`${A} 2`]);
    },
  );

  test('a run without a handled event has the result of the initial state', () => {
    expect(startSelection(counting('run'), 'all').result([A])).toEqual([]);
  });
});

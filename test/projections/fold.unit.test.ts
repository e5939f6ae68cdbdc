import { isDraft } from 'immer';
import { afterEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import type { Projection } from '../../projections/contract.ts';
import { fold, project, projectRuns, startFold, startLive, step } from '../../projections/fold.ts';
import { createProjections } from '../../projections/projection-list.ts';
import { buildRun, runId } from '../support/run-builder.ts';
import { testPricing } from '../support/test-prices.ts';

interface Seen {
  types: string[];
  drafts: number;
}

/** Handles run.started and node.started, and counts how often its state was a draft. */
const seen: Projection<Seen, number> = {
  name: 'seen',
  summary: 'for this test',
  handles: ['run.started', 'node.started'],
  scope: 'run',
  initial: () => ({ types: [], drafts: 0 }),
  evolve(state, event) {
    state.types.push(event.type);
    if (isDraft(state)) state.drafts += 1;
  },
  result: (state) => state.types.length,
  schema: z.number(),
};

const one = buildRun(runId(1))
  .started()
  .workflow(['a'], (run) => run.node('a').node('b'))
  .ended('success').events;
const two = buildRun(runId(2))
  .started()
  .workflow(['a'], (run) => run.node('a')).events;

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

test('the bulk runner creates no draft and freezes its state at the end', () => {
  const state = fold(seen, one);
  expect(state).toEqual({ types: ['run.started', 'node.started', 'node.started'], drafts: 0 });
  expect(Object.isFrozen(state) && Object.isFrozen(state.types)).toBe(true);
});

test('later events do not change an earlier state of the live runner', () => {
  const live = startLive(seen);
  const states = one.map((event) => {
    live.add(event);
    return live.state();
  });
  expect(states[0]).toEqual({ types: ['run.started'], drafts: 1 });
  expect(states.at(-1)).toEqual({ types: ['run.started', 'node.started', 'node.started'], drafts: 3 });
  expect(states.every((state) => Object.isFrozen(state))).toBe(true);
});

test('an event that is not handled returns the same live state', () => {
  const state = fold(seen, one);
  const [other] = buildRun().warned('ODD', 'not handled').events;
  expect(other && step(seen, state, other)).toBe(state);
});

test('each run has its own result, in the order in which the runs appear', () => {
  expect([...projectRuns(seen, [...one.slice(0, 3), ...two, ...one.slice(3)])]).toEqual([
    [runId(1), 3],
    [runId(2), 2],
  ]);
});

test('a run without a handled event has no result', () => {
  expect(projectRuns(seen, buildRun().warned('ODD', 'alone').events)).toEqual(new Map());
});

test('a fold in progress has a result at any time', () => {
  const running = startFold(seen);
  const results = one.map((event) => {
    running.add(event);
    return running.result();
  });
  expect(results).toEqual([1, 1, 2, 2, 3, 3, 3, 3]);
  expect(project(seen, one)).toBe(3);
});

test('no projection uses the clock or random numbers', () => {
  const forbidden = (): never => {
    throw new Error('a projection knows no clock and no chance');
  };
  const projections = createProjections({ pricing: testPricing(), explain: true });
  const log = buildRun()
    .started()
    .planner((run) => run.node('generate', {}, (node) => node.call({ prompt: 'p', response: 'r' })))
    .workflow(['a'], (run) =>
      run.node('a', { fails: 'no' }, (node) => node.retried().call().warned('ODD', 'w')),
    )
    .ended('failed').events;
  const RealDate = Date;
  vi.spyOn(Math, 'random').mockImplementation(forbidden);
  vi.stubGlobal(
    'Date',
    class extends RealDate {
      constructor(...given: [] | [string | number]) {
        if (given.length === 0) forbidden();
        super(given[0] ?? 0);
      }
      static override now = forbidden;
    },
  );
  for (const projection of projections) {
    projectRuns(projection, log);
    const live = startLive(projection);
    for (const event of log) live.add(event);
    expect(JSON.stringify(live.result())).toBe(JSON.stringify(project(projection, log)));
  }
  expect(() => Date.now()).toThrow('knows no clock');
});

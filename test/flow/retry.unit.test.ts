import { describe, expect, it } from 'vitest';
import { PflowError } from '../../src/errors.ts';
import type { NodeContext, NodeObserver, SharedStore } from '../../src/flow/context.ts';
import { NodeFailure, type FailureFacts } from '../../src/flow/node-failure.ts';
import { Node, type Retry } from '../../src/flow/node.ts';
import { holdTimer } from '../support/hold-timer.ts';

/** Fails with each of these in turn, then succeeds. */
class Flaky extends Node {
  attempts = 0;
  preps = 0;
  private readonly failures: readonly Error[];
  constructor(failures: readonly Error[], retry: Retry) {
    super('flaky', 'test');
    this.failures = failures;
    this.retry = retry;
  }
  override prep(): unknown {
    this.preps += 1;
    return undefined;
  }
  override exec(): unknown {
    const failure = this.failures[this.attempts];
    this.attempts += 1;
    if (failure !== undefined) throw failure;
    return 'fine';
  }
  override post(shared: SharedStore, _prepared: unknown, result: unknown): string {
    shared['result'] = result;
    return 'default';
  }
}

const passing = (facts: FailureFacts = {}): NodeFailure =>
  new NodeFailure('busy', { retryable: true, ...facts });

function watched(signal = new AbortController().signal): { context: NodeContext; seen: unknown[] } {
  const seen: unknown[] = [];
  const observer: NodeObserver = {
    touched: () => undefined,
    templateResolved: () => undefined,
    approvalDecided: () => undefined,
    batchStarted: () => undefined,
    attemptStarted: (attempt) => seen.push(['started', attempt]),
    attemptFailed: (attempt, error, waitMs) =>
      seen.push(['failed', attempt, (error as Error).message, waitMs]),
  };
  return { context: { signal, cwd: '/', env: {}, observer }, seen };
}

describe('retries of a node', () => {
  it('repeat exec only, each wait twice as long as the one before', async () => {
    const node = new Flaky([passing(), passing(), passing()], { max: 4, wait_s: 0.001 });
    const { context, seen } = watched();
    const shared: SharedStore = {};
    expect(await node.run(shared, context)).toBe('default');
    expect(shared).toEqual({ result: 'fine' });
    expect(node.preps).toBe(1);
    expect(seen).toEqual([
      ['started', 1],
      ['failed', 1, 'busy', 1],
      ['started', 2],
      ['failed', 2, 'busy', 2],
      ['started', 3],
      ['failed', 3, 'busy', 4],
      ['started', 4],
    ]);
  });

  it('end with the last failure, which is not reported as a failed attempt', async () => {
    const last = passing();
    const node = new Flaky([passing(), last], { max: 2, wait_s: 0 });
    const { context, seen } = watched();
    await expect(node.run({}, context)).rejects.toMatchObject({
      retryable: true,
      message: 'after 2 attempts: busy',
    });
    expect(seen).toEqual([
      ['started', 1],
      ['failed', 1, 'busy', 0],
      ['started', 2],
    ]);
  });

  it.each([
    ['a NodeFailure that is not retryable', new NodeFailure('missing')],
    ['an error that is not a NodeFailure', new Error('bug')],
  ])('are not made after %s', async (_what, error) => {
    const node = new Flaky([error], { max: 3, wait_s: 0 });
    await expect(node.run({}, watched().context)).rejects.toBe(error);
    expect(node.attempts).toBe(1);
  });

  it('wait as long as the server requests', async () => {
    const node = new Flaky([passing({ retryAfterMs: 3 }), passing({ retryAfterMs: 0 })], {
      max: 3,
      wait_s: 900,
    });
    const { context, seen } = watched();
    await node.run({}, context);
    expect(seen.filter((entry) => (entry as unknown[])[0] === 'failed')).toEqual([
      ['failed', 1, 'busy', 3],
      ['failed', 2, 'busy', 0],
    ]);
  });

  it('wait for one minute at most', async () => {
    const controller = new AbortController();
    const { context, seen } = watched(controller.signal);
    const node = new Flaky([passing()], { max: 2, wait_s: 3600 });
    const done = node.run({}, context);
    await new Promise((resolve) => setImmediate(resolve));
    controller.abort(new Error('enough'));
    await expect(done).rejects.toThrow('enough');
    expect(seen).toEqual([
      ['started', 1],
      ['failed', 1, 'busy', 60_000],
    ]);
  });

  it.each([
    ['an error', new Error('Ctrl-C')],
    ['a string', 'Ctrl-C'],
  ])('stop when the run is aborted during a wait, with a reason that is %s', async (_what, reason) => {
    const controller = new AbortController();
    const { context } = watched(controller.signal);
    const node = new Flaky([passing({ retryAfterMs: 60_000 })], { max: 2, wait_s: 1 });
    const done = node.run({}, context);
    await new Promise((resolve) => setImmediate(resolve));
    expect(node.attempts).toBe(1);
    controller.abort(reason);
    await expect(done).rejects.toThrow('Ctrl-C');
    expect(node.attempts).toBe(1);
  });

  it('stop when the observer of a failed attempt aborts the run', async () => {
    const controller = new AbortController();
    const { context } = watched(controller.signal);
    const observer: NodeObserver = {
      ...context.observer!,
      attemptFailed: () => {
        controller.abort(new Error('Ctrl-C'));
      },
    };
    const node = new Flaky([passing({ retryAfterMs: 60_000 })], { max: 2, wait_s: 1 });
    await expect(node.run({}, { ...context, observer })).rejects.toThrow('Ctrl-C');
    expect(node.attempts).toBe(1);
  });

  it('are not made when the run was aborted during an attempt', async () => {
    const controller = new AbortController();
    const failure = passing();
    class Interrupted extends Flaky {
      override exec(): unknown {
        controller.abort();
        return super.exec();
      }
    }
    const node = new Interrupted([failure], { max: 3, wait_s: 0 });
    const { context, seen } = watched(controller.signal);
    await expect(node.run({}, context)).rejects.toBe(failure);
    expect(seen).toEqual([['started', 1]]);
  });

  it('are counted from 1 again in each run of the node', async () => {
    const node = new Flaky([passing()], { max: 2, wait_s: 0 });
    await node.run({}, watched().context);
    node.attempts = 0;
    expect(await node.run({}, watched().context)).toBe('default');
    expect(node.attempts).toBe(2);
  });

  it.each([
    [61_500, undefined, 'longer than the 60 s that pflow waits', '61.5 s'],
    [3_600_000, 10_000, 'longer than the 60 s that pflow waits', '3600 s'],
    [5_000, 0, 'longer than the 0 s that are left of the time limit', '5 s'],
  ])(
    'end at once when the server requests %i ms and %s ms are left',
    async (retryAfterMs, left, limit, wait) => {
      const node = new Flaky([passing({ retryAfterMs, code: 'MODEL_RATE_LIMITED' })], { max: 3, wait_s: 0 });
      const { context, seen } = watched();
      const endsAt = left === undefined ? Infinity : performance.now() + left;
      await expect(node.run({}, { ...context, endsAt })).rejects.toMatchObject({
        message: `busy; the server requests a wait of ${wait}, ${limit}`,
        code: 'MODEL_RATE_LIMITED',
        hint: `Run again after ${wait}.`,
      });
      expect(seen).toEqual([['started', 1]]);
    },
  );

  it('end at once when the server requests more time than the node has', async () => {
    const node = new Flaky([passing({ retryAfterMs: 30_000 })], { max: 3, wait_s: 0 });
    node.timeout_s = 20;
    await expect(node.run({}, watched().context)).rejects.toThrow(
      'busy; the server requests a wait of 30 s, longer than the 20 s that are left of the time limit',
    );
  });

  it('are made for work that may have had its effect only when the workflow has retry', async () => {
    for (const retryRequested of [false, true]) {
      const node = new Flaky([passing({ mayHaveActed: true })], { max: 2, wait_s: 0 });
      node.retryRequested = retryRequested;
      const shared: SharedStore = {};
      await node.run(shared, watched().context).catch(() => undefined);
      expect([shared['result'], node.attempts]).toEqual(retryRequested ? ['fine', 2] : [undefined, 1]);
    }
  });

  it.each([
    ['a failure', new NodeFailure('bad', { code: 'NODE_TIMEOUT', hint: 'h', outputs: { a: 1 } })],
    ['an error of pflow', new PflowError('NODE_PARAMS_INVALID', 'bad', { hint: 'h', path: 'p' })],
    ['any other error', new TypeError('bad')],
  ])('are counted in the message when the last one ends with %s', async (_what, last) => {
    const node = new Flaky([passing(), passing(), last], { max: 5, wait_s: 0 });
    const shared: SharedStore = {};
    const thrown = await node.run(shared, watched().context).catch((error: unknown) => error);
    const { name: _name, ...facts } = last instanceof TypeError ? { name: '' } : last;
    expect(thrown).toMatchObject({ ...facts, message: 'after 3 attempts: bad' });
    expect(shared['error']).toBe('after 3 attempts: bad');
  });

  it('are counted when the time of the node is up during a wait', async () => {
    const end = holdTimer(0.02);
    class Slow extends Flaky {
      override exec(): unknown {
        if (this.attempts < 2) return super.exec();
        end();
        return new Promise(() => undefined);
      }
    }
    const slow = new Slow([passing(), passing()], { max: 5, wait_s: 0 });
    slow.timeout_s = 0.02;
    await expect(slow.run({}, watched().context)).rejects.toMatchObject({
      code: 'NODE_TIMEOUT',
      message: 'after 3 attempts: no result after 0.02 s',
    });
  });
});

import { describe, expect, it } from 'vitest';
import type { NodeContext, NodeObserver, SharedStore } from '../../src/flow/context.ts';
import { NodeFailure, type FailureFacts } from '../../src/flow/node-failure.ts';
import { Node, type Retry } from '../../src/flow/node.ts';

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
    await expect(node.run({}, context)).rejects.toBe(last);
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

  it('wait for one minute at most unless the server requests more', async () => {
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
    const node = new Flaky([passing({ retryAfterMs: 3_000_000_000 })], { max: 2, wait_s: 1 });
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
});

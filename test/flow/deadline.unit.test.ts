import { describe, expect, it } from 'vitest';
import { Deadline } from '../../src/flow/deadline.ts';
import { pause } from '../../src/flow/pause.ts';

const ended = (signal: AbortSignal): Promise<unknown> =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      resolve(signal.reason);
    });
  });

describe('a deadline', () => {
  it('ends its signal when the time is up, and says so', async () => {
    const outer = new AbortController();
    const deadline = new Deadline(outer.signal, 0.001);
    const reason = await ended(deadline.signal);
    expect(reason).toMatchObject({ name: 'TimeoutError', message: 'no result after 0.001 s' });
    expect([deadline.expired, outer.signal.aborted]).toEqual([true, false]);
    deadline.clear();
  });

  it('follows the outer signal with its reason, which is no expiry', () => {
    const outer = new AbortController();
    const deadline = new Deadline(outer.signal, 60);
    const reason = new Error('Ctrl-C');
    outer.abort(reason);
    expect([deadline.signal.reason, deadline.expired]).toEqual([reason, false]);
  });

  it('has ended at once when the outer signal had', () => {
    const deadline = new Deadline(AbortSignal.abort(new Error('before')), 60);
    expect([deadline.signal.aborted, deadline.expired]).toEqual([true, false]);
  });

  it('that was cleared ends no more', async () => {
    const outer = new AbortController();
    const deadline = new Deadline(outer.signal, 0.001);
    deadline.clear();
    await pause(10, outer.signal);
    outer.abort();
    expect([deadline.signal.aborted, deadline.expired]).toEqual([false, false]);
  });

  it('hands on what the work gives or throws', async () => {
    const deadline = new Deadline(new AbortController().signal, 60);
    await expect(deadline.settle(Promise.resolve('done'))).resolves.toBe('done');
    await expect(deadline.settle(Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    deadline.clear();
  });
});

describe('a pause', () => {
  it('ends by itself and leaves no listener', async () => {
    const controller = new AbortController();
    await expect(pause(1, controller.signal)).resolves.toBe(undefined);
    controller.abort();
  });

  it.each([
    ['an error', new Error('enough'), 'enough'],
    ['a word', 'enough', 'enough'],
  ])('ends with the reason of the signal when it is %s', async (_what, reason, message) => {
    const controller = new AbortController();
    const paused = pause(60_000, controller.signal);
    controller.abort(reason);
    await expect(paused).rejects.toThrow(message);
    await expect(pause(60_000, controller.signal)).rejects.toThrow(message);
  });
});

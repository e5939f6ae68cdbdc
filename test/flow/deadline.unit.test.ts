import { describe, expect, it } from 'vitest';
import { Deadline } from '../../src/flow/deadline.ts';

const ended = (signal: AbortSignal): Promise<unknown> =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      resolve(signal.reason);
    });
  });

describe('a deadline', () => {
  it('aborts its signal when the time is up, and has then expired', async () => {
    const outer = new AbortController();
    const deadline = new Deadline(outer.signal, 0.001);
    const reason = await ended(deadline.signal);
    expect(reason).toMatchObject({ name: 'TimeoutError', message: 'no result after 0.001 s' });
    expect([deadline.expired, outer.signal.aborted]).toEqual([true, false]);
    deadline.clear();
  });

  it('follows the outer signal with its reason, and has then not expired', () => {
    const outer = new AbortController();
    const deadline = new Deadline(outer.signal, 60);
    const reason = new Error('Ctrl-C');
    outer.abort(reason);
    expect([deadline.signal.reason, deadline.expired]).toEqual([reason, false]);
  });

  it('is aborted from the start when the outer signal is', () => {
    const deadline = new Deadline(AbortSignal.abort(new Error('before')), 60);
    expect([deadline.signal.aborted, deadline.expired]).toEqual([true, false]);
  });

  it('that was cleared is not aborted any more', async () => {
    const outer = new AbortController();
    const deadline = new Deadline(outer.signal, 0.001);
    deadline.clear();
    await new Promise((resolve) => setTimeout(resolve, 10));
    outer.abort();
    expect([deadline.signal.aborted, deadline.expired]).toEqual([false, false]);
  });

  it('settles as the work does', async () => {
    const deadline = new Deadline(new AbortController().signal, 60);
    await expect(deadline.settle(Promise.resolve('done'))).resolves.toBe('done');
    await expect(deadline.settle(Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    deadline.clear();
  });
});

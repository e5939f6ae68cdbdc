// Invariant: work on files that are not ready ends with the reason of the signal, whenever it is aborted.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { poll } from '../../src/files/descriptor.ts';
import { readBytes } from '../../src/files/read-bytes.ts';
import { temporaryFolder } from '../support/cli.ts';

const REASON = new Error('the run has ended');
const notReady = (): Promise<never> =>
  Promise.reject(Object.assign(new Error('not ready'), { code: 'EAGAIN' }));

test('waiting for a device ends with the reason', async () => {
  const controller = new AbortController();
  const waiting = poll(
    () => {
      setImmediate(() => {
        controller.abort(REASON);
      });
      return notReady();
    },
    ['EAGAIN'],
    controller.signal,
  );
  await expect(waiting).rejects.toBe(REASON);
});

test('reading a pipe ends with the reason while the pipe is opened', async () => {
  const pipe = join(temporaryFolder(), 'pipe');
  execFileSync('mkfifo', [pipe]);
  const controller = new AbortController();
  const reading = readBytes(pipe, { limit: 10, signal: controller.signal });
  controller.abort(REASON);
  await expect(reading).rejects.toBe(REASON);
});

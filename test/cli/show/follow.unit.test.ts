// `pflow show --follow`: what happens is printed as the log grows, and the whole run when it has ended.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { showRun } from '../../../src/cli/show/show-run.ts';
import { LiveLog } from '../../support/live-log.ts';
import { recordingTerminal, type RecordingTerminal } from '../../support/recording-terminal.ts';
import { runId, type RunBuilder } from '../../support/run-builder.ts';

interface Followed {
  readonly log: LiveLog;
  readonly printed: RecordingTerminal['printed'];
  readonly ended: Promise<number>;
}

/** Follows a log that has its first event. */
function follow(inside: (run: RunBuilder) => void): Followed {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-follow-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const log = new LiveLog(join(folder, 'live.ndjson'), runId(60), inside);
  log.write(({ type }) => type === 'workflow.started');
  const terminal = recordingTerminal();
  const options = { follow: true, timeZone: 'UTC' };
  return {
    log,
    printed: terminal.printed,
    ended: showRun({ reference: 'last', logs: () => [folder] }, options, terminal),
  };
}

test('a line for each start, retry, warning and end; a torn line waits for its rest', async () => {
  const { log, printed, ended } = follow((run) =>
    run
      .workflow(['ask', 'post'], (inside) =>
        inside
          .node('ask', { ms: 20 }, (node) => node.retried(1, 'busy\u001b[2J').warned('ODD', 'odd'))
          .node('post', { fails: 'no' }),
      )
      .ended('failed'),
  );
  const seen = (): string[] => printed.out.split('\n').map((line) => line.slice(11));
  log.write(({ type }) => type === 'node.started');
  await expect.poll(seen).toEqual(['▸ ask', '']);
  const line = log.nextLine();
  log.writeBytes(line.subarray(0, 30));
  log.writeBytes(line.subarray(30));
  log.write(({ type }) => type === 'node.completed');
  await expect
    .poll(seen)
    .toEqual(['▸ ask', String.raw`↻ ask  again in 0.00 s: busy\u{1b}[2J`, '! odd', '✓ ask  0.02 s', '']);
  log.write();
  expect(await ended).toBe(0);
  expect(seen().slice(4, 7)).toEqual(['▸ post', '✗ post  no', 'failed']);
  // Then the whole run, as without --follow.
  expect(printed.out).toContain('example   failed after 0.03 s');
});

test('a run that has ended is shown at once', async () => {
  const { log, printed, ended } = follow((run) =>
    run.workflow(['a'], (inside) => inside.node('a')).ended('success'),
  );
  log.write();
  expect(await ended).toBe(0);
  expect(printed.out).toContain('success in');
});

test('a run that goes on is shown with the time until now and the node that is running', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-follow-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const log = new LiveLog(join(folder, 'live.ndjson'), runId(61), (run) =>
    run.workflow(['ask'], (inside) => inside.node('ask', { type: 'shell' })),
  );
  log.write(({ type }) => type === 'node.started');
  const terminal = recordingTerminal();
  await showRun({ reference: 'last', logs: () => [folder] }, { timeZone: 'UTC' }, terminal);
  expect(terminal.printed.out).toMatch(/^example +running for \d/u);
  expect(terminal.printed.out).toContain('\nask is running  shell\n');
});

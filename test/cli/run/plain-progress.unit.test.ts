// The lines of a run in the log of a CI server.
import { expect, test } from 'vitest';
import { startPlainProgress } from '../../../src/cli/run/plain-progress.ts';
import { buildRun } from '../../support/run-builder.ts';
import { recordingTerminal } from '../../support/recording-terminal.ts';
import { followedLog } from '../../support/screen.ts';
import { testPricing } from '../../support/test-prices.ts';

test('each node has a line when it starts and one when it ends, and nothing moves', () => {
  const terminal = recordingTerminal();
  const sequences: string[] = [];
  const { log, emit } = followedLog();
  const progress = startPlainProgress(
    { log, pricing: testPricing() },
    { ...terminal, control: (text) => void sequences.push(text) },
    { name: 'report', nodes: ['read', 'try', 'each'] },
  );
  emit(
    buildRun()
      .started()
      .workflow(['read', 'try', 'each'], (run) =>
        run
          .node('read', { ms: 1010 }, (node) => node.call())
          .node('try', { fails: 'no' }, (node) => node.retried().warned('ODD', 'odd\nthing'))
          .node('try', { visit: 2 }, (node) => node.node('try/inner', { visit: 1 }))
          .node('each', {}, (node) => node.batch(2).node('each', { item: 0 }).node('each', { item: 1 })),
      )
      .ended('success'),
  );
  progress.end();
  expect(terminal.printed.err.split('\n')).toEqual([
    'report  3 nodes',
    '  ▸ read      1 of 3',
    '  ✓ read        1.01 s  $0.010500',
    '  ▸ try       2 of 3',
    '  ↻ try       again in 0.00 s: not now',
    '  ! odd thing',
    '  ✗ try         0.01 s',
    '  ▸ try       2 of 3, visit 2',
    '  ▸ try/inner',
    '  ✓ try/inner    0.01 s',
    '  ✓ try         0.01 s',
    '  ▸ each      3 of 3',
    '  ✓ each        0.01 s  2/2',
    expect.stringMatching(/^success in .* · 1 model call/u),
    '',
  ]);
  expect(terminal.printed.out).toBe('');
  expect(sequences).toEqual([]);
});

test('a planned workflow has a heading of its own', () => {
  const terminal = recordingTerminal();
  const { log, emit } = followedLog();
  startPlainProgress({ log, pricing: testPricing() }, terminal, { planner: 'claude' });
  emit(
    buildRun()
      .started()
      .planner((run) => run.node('result'))
      .workflow(['a', 'b'], (run) => run.node('a')),
  );
  expect(terminal.printed.err.split('\n')).toEqual([
    'planner  claude',
    '  ▸ result',
    '  ✓ result                   0.01 s',
    'example  2 nodes',
    '  ▸ a         1 of 2',
    '  ✓ a           0.01 s',
    '',
  ]);
});

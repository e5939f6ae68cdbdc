// The lines that a live display leaves on the screen.
import { expect, onTestFinished, test, vi } from 'vitest';
import { startProgress, type Progress } from '../../../src/cli/run/progress.ts';
import { buildRun, type RunBuilder } from '../../support/run-builder.ts';
import { followedLog, screen } from '../../support/screen.ts';
import { testPricing } from '../../support/test-prices.ts';

interface Display {
  readonly emit: (run: Pick<RunBuilder, 'events'>) => void;
  readonly end: () => string;
  readonly now: () => string;
  readonly stream: Progress['showModelText'];
  readonly tool: Progress['showToolProgress'];
  readonly output: (node: string, words: string) => void;
}

function display(...ids: readonly string[]): Display {
  const { terminal, text } = screen();
  const { log, emit } = followedLog();
  const progress = startProgress({ log, pricing: testPricing() }, terminal, { name: 'report', nodes: ids });
  return {
    emit,
    end() {
      progress.end();
      return text();
    },
    now: text,
    stream: progress.showModelText,
    tool: progress.showToolProgress,
    output: (node, words) => {
      progress.showCommandOutput({ node, bytes: Buffer.from(words) });
    },
  };
}

test('each node that ended has an aligned line with its time and its cost, and the totals come last', () => {
  const shown = display('read', 'summarise-it');
  shown.emit(
    buildRun()
      .started()
      .workflow(['read', 'summarise-it'], (run) =>
        run.node('read', { ms: 1010 }).node('summarise-it', { ms: 12_340 }, () => run.call()),
      )
      .ended('success'),
  );
  expect(shown.end()).toBe(
    [
      'report  2 nodes',
      '  ✓ read            1.01 s',
      '  ✓ summarise-it    12.3 s  $0.010500',
      'success in 13.3 s · 2 nodes · 1 model call · 1,500 tokens · $0.010500',
      '',
    ].join('\n'),
  );
});

test('a failed node has a cross, and a warning is printed where it was raised', () => {
  const shown = display('try', 'else');
  shown.emit(
    buildRun()
      .started()
      .workflow(['try', 'else'], (run) =>
        run.node('try', { ms: 10, fails: 'no' }).warned('NODE_RECOVERED', 'went on').node('else'),
      )
      .ended('success'),
  );
  expect(shown.end()).toBe(
    [
      'report  2 nodes',
      '  ✗ try         0.01 s',
      '  ! went on',
      '  ✓ else        0.01 s',
      'success in 0.02 s · 2 nodes',
      '',
    ].join('\n'),
  );
});

test('the moving line aligns the running node with the others', () => {
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const shown = display('read', 'ask');
  shown.emit(
    buildRun()
      .started()
      .workflow(['read', 'ask'], (run) => run.node('ask', { hangs: true }), null),
  );
  vi.advanceTimersByTime(100);
  expect(shown.now()).toMatch(
    /^report {2}2 nodes\n {2}\S ask {9}0\.\d\d s {3}1 of 2 {3}total 0\.\d\d s\n {4}then read$/u,
  );
  expect(shown.end()).toBe('report  2 nodes\nincomplete in 0.00 s · 1 node\n');
});

test('a batch has one moving line with its counts and its cost, and one line at its end', () => {
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const shown = display('classify');
  const started = buildRun()
    .started()
    .workflow(
      ['classify'],
      (run) =>
        run.node('classify', { hangs: true }, (node) =>
          node
            .batch(100)
            .node('classify', { item: 0 }, (item) => item.call())
            .node('classify', { item: 1, fails: 'no' }, (item) => item.retried())
            .node('classify', { item: 2, hangs: true }),
        ),
      null,
    );
  shown.emit(started);
  vi.advanceTimersByTime(100);
  expect(shown.now()).toMatch(/^report {2}1 node\n {2}\S classify {2}2\/100 {2}1 failed {2}\$0\.0105$/u);
  const rest = buildRun().node('classify', { ms: 3_000 }).events.slice(1);
  shown.emit({ events: rest });
  expect(shown.now()).toBe('report  1 node\n  ✓ classify    3.00 s  2/100  1 failed  $0.010500\n');
});

test('a streamed answer is shown as it comes, without secrets, above the line of its node', () => {
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const shown = display('tell');
  shown.stream({ call: 1, node: 'tell', text: 'The key is hid' });
  vi.advanceTimersByTime(100);
  expect(shown.now()).toBe('report  1 node\ntell\nThe key is ');
  shown.stream({ call: 1, node: 'tell', text: 'den, really.' });
  shown.emit(
    buildRun()
      .started()
      .workflow(['tell'], (run) => run.node('tell', { ms: 20 }, (node) => node.call())),
  );
  expect(shown.now()).toBe(
    'report  1 node\ntell\nThe key is <redacted:KEY>, really.\n  ✓ tell        0.02 s  $0.010500\n',
  );
});

test('the moving line shows how far a tool is, in one line and without secrets, until its node ends', () => {
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const shown = display('copy');
  const run = buildRun()
    .started()
    .workflow(['copy'], (inside) => inside.node('copy', { hangs: true }), null);
  shown.emit(run);
  shown.tool({ node: 'copy', progress: 2, total: 4, message: 'reads\nhidden' });
  vi.advanceTimersByTime(100);
  expect(shown.now()).toMatch(/ copy {8}0\.\d\d s {2}2\/4 {2}reads <redacted:KEY>$/u);
  shown.emit({ events: buildRun().node('copy', { ms: 20 }).events.slice(1) });
  expect(shown.now()).toBe('report  1 node\n  ✓ copy        0.02 s\n');
});

test('the last line of the running command is below its node, cut to the screen and without secrets', () => {
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const shown = display('build', 'test', 'publish');
  const run = buildRun()
    .started()
    .workflow(['build', 'test', 'publish'], (inside) => inside.node('build', { hangs: true }), null);
  shown.emit(run);
  const lines = (): string[] => shown.now().split('\n').slice(1);
  const draw = (): void => {
    vi.advanceTimersByTime(100);
  };
  draw();
  expect(lines()).toEqual([expect.stringMatching(/build .* 1 of 3 .*total/u), '    then test, publish']);
  shown.output('build', 'compiling a\u001b[31m with hidden\u0007\nlinking, which is not');
  draw();
  expect(lines().slice(1)).toEqual([
    String.raw`    compiling a with <redacted:KEY>\u{07}`,
    '    then test, publish',
  ]);
  shown.output('build', ` over\r${'long '.repeat(20)}\n`);
  draw();
  expect(lines()[1]).toMatch(/^ {4}long [long ]{40,50}…$/u);
  shown.emit({ events: buildRun().node('build', { ms: 20 }).events.slice(1) });
  expect(lines()).toEqual(['  ✓ build       0.02 s', '']);
});

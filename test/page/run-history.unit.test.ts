// Time travel: verdict and statuses are those of the moment, and going back gives what going on gave.
import { expect, test } from 'vitest';
import { RunHistory } from '../../src/page/run-history.ts';
import { verdictOf } from '../../src/page/verdict.ts';
import { buildRun } from '../support/run-builder.ts';
import { testPricing } from '../support/test-prices.ts';
import { linesOf, rowsOf } from './page-model.ts';

const RUN = buildRun()
  .started({ workflow: { name: 'import', hash: 'f' } })
  .emit({ type: 'workflow.started', data: { name: 'import', hash: 'f', nodes: ['ask', 'post'] } })
  .node('ask', {}, (node) => node.call())
  .node('post', { fails: 'no' }, (node) => node.retried(1, 'no'))
  .ended('failed');

const TITLES = [
  'import is running',
  'import is running',
  'import is running in ask',
  'import is running in ask',
  'import is running',
  'import is running in post',
  'import is running in post, attempt 2',
  'import is running',
  'import failed in post, attempt 2 of 2',
];

function titleAt(history: RunHistory, index: number): string {
  const { row, failure } = history.at(index);
  return row === undefined ? '' : verdictOf(row, failure).title;
}

test('the verdict is that of each moment, forwards and backwards', () => {
  const history = new RunHistory(linesOf(RUN), testPricing(), 'failed');
  const moments = TITLES.map((_, index) => index);
  expect(moments.map((index) => titleAt(history, index))).toEqual(TITLES);
  expect(moments.toReversed().map((index) => titleAt(history, index))).toEqual(TITLES.toReversed());
});

test('a run without an end was running before its last event, and then is what the maker of the page knew', () => {
  const lines = linesOf(RUN).slice(0, 4);
  const history = new RunHistory(lines, testPricing(), 'incomplete');
  expect(rowsOf(history.at(2))).toEqual(['ask: running', 'post: upcoming']);
  expect(rowsOf(history.at(3))).toEqual(['ask: cut', '  claude-sonnet-4-0: completed', 'post: idle']);
  expect(titleAt(history, 3)).toBe('import was cut off in ask');
});

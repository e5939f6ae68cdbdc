// Puts together the page of a comparison.
import type { ComparedNode, DiffFacts, ShownChange } from '../../page/diff-facts.ts';
import { durationText } from '../../page/duration-text.ts';
import { moneyText } from '../../page/money-text.ts';
import { renderDiffPage } from '../../page/static-page.ts';
import { valueText } from '../../page/value-text.ts';
import { groupDigits } from '../../values/format-count.ts';
import { htmlText } from '../report/html-shell.ts';
import { readPageAssets } from '../report/page-assets.ts';
import { isDifferentNode, verdictsOf } from './diff-text.ts';
import type { Change, NodeDiff, RunDiff, RunSummary } from './compare-runs.ts';

/** Differences that are shown. */
const SHOWN = 500;

export function diffPage(diff: RunDiff): string {
  const { a, b, changes, nodes } = diff;
  const names = [...new Set([a.workflow, b.workflow].flatMap((name) => name ?? []))];
  const title = `${names.length === 0 ? 'run' : names.join(' and ')}: what changed between two runs`;
  const facts: DiffFacts = {
    title,
    runs: [runOf('a', a), runOf('b', b)],
    verdicts: verdictsOf(diff),
    figures: [
      { name: 'Status', before: a.status, after: b.status },
      { name: 'Time', before: durationText(a.duration_ms), after: durationText(b.duration_ms) },
      { name: 'Tokens', before: groupDigits(a.tokens), after: groupDigits(b.tokens) },
      { name: 'Cost', before: moneyText(a.cost_usd, a.exact), after: moneyText(b.cost_usd, b.exact) },
    ],
    changes: changes.slice(0, SHOWN).map(changeOf),
    more: Math.max(0, changes.length - SHOWN),
    nodes: nodes.map((node) => nodeOf(node, [a.exact, b.exact])),
  };
  const { styles } = readPageAssets();
  return htmlText({ doctype: '<!doctype html>', title, styles, script: '', body: [renderDiffPage(facts)] });
}

function runOf(name: 'a' | 'b', { workflow, status, run, file }: RunSummary): DiffFacts['runs'][number] {
  return { name, workflow: workflow ?? 'run', status, run, file };
}

function changeOf(change: Change): ShownChange {
  const side = (name: 'before' | 'after'): string | null => (name in change ? valueText(change[name]) : null);
  return { what: change.what, before: side('before'), after: side('after') };
}

/** `exact`: of the two runs. What a node cost is not exact where the total is not. */
function nodeOf(diff: NodeDiff, exact: readonly [boolean, boolean]): ComparedNode {
  const { node, status, duration_ms, cost_usd } = diff;
  return {
    node,
    status: bothOf(status.map((one) => one ?? '-')),
    time: bothOf(duration_ms.map((ms, side) => (hasRun(status[side]) ? durationText(ms) : ''))),
    cost: bothOf(
      cost_usd.map((usd, side) => (usd === 0 ? '' : moneyText(String(usd), exact[side] === true))),
    ),
    isDifferent: isDifferentNode(diff),
  };
}

function hasRun(status: string | null | undefined): boolean {
  return status !== null && status !== undefined && status !== 'not_executed';
}

/** One text where both are the same. */
function bothOf([before = '', after = '']: readonly string[]): string {
  return before === after ? after : `${before === '' ? '-' : before} → ${after === '' ? '-' : after}`;
}

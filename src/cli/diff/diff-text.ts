// Prints the comparison of two runs for people.
import type { DiffFacts } from '../../page/diff-facts.ts';
import { formatCount, groupDigits } from '../../values/format-count.ts';
import { colour } from '../terminal/colour.ts';
import { toVisibleLine } from '../../values/escape-text.ts';
import { formatDollars, formatDuration } from '../../values/format-quantities.ts';
import { formatJson } from '../terminal/json-text.ts';
import { cutToWidth, padToWidth, textWidth } from '../terminal/text-width.ts';
import type { Change, NodeDiff, RunDiff, RunSummary } from './compare-runs.ts';

const CHANGES_SHOWN = 40;

export function diffText(diff: RunDiff, columns: number): string {
  const { a, b, changes, nodes } = diff;
  const shown = changes.slice(0, CHANGES_SHOWN);
  const more = changes.length - shown.length;
  const moved = nodes.filter(isDifferentNode);
  const lines = [
    runLine('a', a),
    runLine('b', b),
    sumLine(a, b),
    '',
    verdictsOf(diff)
      .map(({ text }) => text)
      .join(' · '),
    ...shown.flatMap((change) => changeLines(change, columns)),
    ...(more > 0 ? [colour.dim(`${formatCount(more, 'more difference')}, with --json`)] : []),
    ...(moved.length === 0 ? [] : ['', ...nodeLines(moved)]),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function runLine(name: string, { run, workflow, status, file }: RunSummary): string {
  return `${colour.bold(name)}  ${toVisibleLine(workflow ?? 'run')}  ${status}  ${colour.dim(`${run}  ${toVisibleLine(file)}`)}`;
}

function sumLine(a: RunSummary, b: RunSummary): string {
  const time = `${formatDuration(a.duration_ms)} → ${formatDuration(b.duration_ms)}`;
  const tokens = `${groupDigits(a.tokens)} → ${groupDigits(b.tokens)} tokens`;
  const cost = `${formatDollars(a.cost_usd, a.exact)} → ${formatDollars(b.cost_usd, b.exact)}`;
  return colour.dim(`   ${time} · ${tokens} · ${cost}`);
}

export function verdictsOf({ same_file, same_path, same_outputs }: RunDiff): DiffFacts['verdicts'] {
  return [
    { text: same_file ? 'same file' : 'another file', isSame: same_file },
    { text: same_path ? 'same path' : 'another path', isSame: same_path },
    { text: same_outputs ? 'same outputs' : 'other outputs', isSame: same_outputs },
  ];
}

function changeLines({ what, before, after }: Change, columns: number): string[] {
  const line = (sign: string, value: unknown): string =>
    cutToWidth(`  ${sign} ${toVisibleLine(valueText(value).slice(0, 2_000))}`, columns);
  return [
    colour.dim(toVisibleLine(what)),
    ...(before === undefined ? [] : [colour.red(line('-', before))]),
    ...(after === undefined ? [] : [colour.green(line('+', after))]),
  ];
}

export function isDifferentNode({ status, cost_usd }: NodeDiff): boolean {
  return status[0] !== status[1] || cost_usd[0] !== cost_usd[1];
}

function nodeLines(nodes: readonly NodeDiff[]): string[] {
  const width = Math.max(...nodes.map(({ node }) => textWidth(node)));
  return nodes.map(({ node, status, duration_ms, cost_usd }) => {
    const how = status[0] === status[1] ? (status[0] ?? '-') : `${status[0] ?? '-'} → ${status[1] ?? '-'}`;
    const time = `${formatDuration(duration_ms[0])} → ${formatDuration(duration_ms[1])}`;
    const cost =
      cost_usd[0] === cost_usd[1] ? '' : `  ${formatDollars(cost_usd[0])} → ${formatDollars(cost_usd[1])}`;
    return `${padToWidth(toVisibleLine(node), width)}  ${how}  ${colour.dim(time)}${cost}`;
  });
}

function valueText(value: unknown): string {
  return typeof value === 'string' ? value : formatJson(value);
}

// Writes a run as Markdown: a summary and a file for each node. The same log gives the same text.
import { figures } from '../../page/figures.ts';
import { doubtReasons, isExactLine, isExactModel } from '../../page/cost-doubts.ts';
import { fullMoneyText, moneyText } from '../../page/money-text.ts';
import { durationText } from '../../page/duration-text.ts';
import type { NodeCall } from '../../page/node-calls.ts';
import { nodeDetail, type NodeDetail } from '../../page/node-detail.ts';
import { STATUS_TEXTS } from '../../page/node-status.ts';
import { rowFacts, rowTitle } from '../../page/row-title.ts';
import { spanTree, type SpanNode } from '../../page/span-tree.ts';
import { valueText } from '../../page/value-text.ts';
import { oneLine } from '../../page/one-line.ts';
import { verdictOf } from '../../page/verdict.ts';
import { escapeControls } from '../../values/escape-text.ts';
import { slug } from '../../values/slug.ts';
import type { PageRun } from './page-run.ts';

export interface MarkdownFile {
  readonly name: string;
  readonly text: string;
}

export const SUMMARY = 'summary.md';

export function markdownReport(run: PageRun): MarkdownFile[] {
  const rows = nodeRows(spanTree(run.model));
  const width = Math.max(2, String(rows.length).length);
  const named = rows.map((row, index) => ({
    row,
    name: `${String(index + 1).padStart(width, '0')}-${slug(row.node ?? row.name, { maxLength: 40 }) ?? 'node'}.md`,
  }));
  const lines = run.events.map((event) => ({ event, text: '' }));
  return [
    { name: SUMMARY, text: summaryText(run, named) },
    ...named
      .filter(({ row }) => hasFile(row))
      .map(({ row, name }) => ({
        name,
        text: nodeText(row, nodeDetail(row, { lines, model: run.model })),
      })),
  ];
}

/** A node that did not run has nothing to show. */
function hasFile({ span, restored }: SpanNode): boolean {
  return span !== null || restored !== null;
}

/** Nodes and items in the order of the waterfall. */
function nodeRows(tree: readonly SpanNode[]): SpanNode[] {
  return tree.flatMap((row) => {
    const inner = nodeRows(row.children);
    return row.kind === 'node' || row.kind === 'item' ? [row, ...inner] : inner;
  });
}

/** Names of the files that a summary links to in its table of nodes. Texts of the log are in fences. */
export function nodeFilesIn(summary: string): string[] {
  const outside = summary.replaceAll(/^(`{3,})\w*\n[^]*?\n\1$/gmu, '');
  return [...outside.matchAll(/^\| \[.*\]\((\d{2,}-[a-z0-9-]+\.md)\) \|/gmu)].map(([, name = '']) => name);
}

interface NamedRow {
  readonly row: SpanNode;
  readonly name: string;
}

function summaryText(run: PageRun, named: readonly NamedRow[]): string {
  const { model, facts } = run;
  const { row, failure, warnings } = model;
  const verdict = row === undefined ? null : verdictOf(row, failure);
  return joinBlocks([
    `# ${inline(verdict?.title ?? 'run')}`,
    fencedIfAny(failure?.error?.message),
    factsTable(run),
    inline(facts.advice ?? ''),
    fencedIfAny(facts.next.map(({ command }) => command).join('\n'), 'sh'),
    '## Nodes',
    table(
      ['node', 'status', 'time', 'cost'],
      named.map(({ row: node, name }) => nodeCells(node, name)),
    ),
    ...costBlocks(model),
    ...(warnings.length === 0 ? [] : ['## Warnings']),
    warnings.map(({ code, message }) => `- ${inline(code)}: ${inline(message)}`).join('\n'),
  ]);
}

function factsTable({ model, facts }: PageRun): string {
  const rows = [
    ['run', facts.run],
    ['started', model.row?.started_at ?? ''],
    ['log', facts.log.text],
    ['pflow', model.started?.pflow ?? ''],
    ...figures(model, null).map(({ name, value, notes }) => [
      name.toLowerCase(),
      `${value} (${notes.join(', ')})`,
    ]),
  ];
  return table(
    ['', ''],
    rows.map((cells) => cells.map(inline)),
  );
}

function costBlocks({ cost }: PageRun['model']): string[] {
  if (cost.by_model.length === 0) return [];
  const rows = cost.by_model.map((row) => {
    const { model, calls, tokens_input, tokens_output, cost_usd } = row;
    const amount = fullMoneyText(cost_usd, isExactModel(cost, row));
    return [model, String(calls), String(tokens_input), String(tokens_output), amount].map(inline);
  });
  const reasons = doubtReasons(cost).map((reason) => `- ${inline(reason)}`);
  return [
    '## Cost',
    table(['model', 'calls', 'input', 'output', 'cost'], rows),
    ...(reasons.length === 0 ? [] : ['Not exact:', reasons.join('\n')]),
  ];
}

function nodeCells(row: SpanNode, name: string): string[] {
  const { status, span, cost_usd, exact } = row;
  const { word } = STATUS_TEXTS[status];
  const title = inline(rowTitle(row));
  if (!hasFile(row)) return [title, word, '', ''];
  const time = span === null || span.end_ms === null ? '' : durationText(span.end_ms - span.start_ms);
  return [`[${title}](${name})`, word, time, cost_usd === null ? '' : moneyText(cost_usd, exact)];
}

function nodeText(row: SpanNode, detail: NodeDetail): string {
  const { span, restored } = row;
  return joinBlocks([
    `# ${inline(rowTitle(row))}`,
    rowFacts(row, detail.type).map(inline).join(' · '),
    ...(restored === null ? [] : [inline(`restored from run ${restored.run}, seq ${String(restored.seq)}`)]),
    ...(span?.error === undefined ? [] : ['## Error', fenced(span.error)]),
    ...attemptBlocks(row),
    ...paramBlocks(detail),
    ...detail.calls.flatMap(callBlocks),
    ...storeBlocks(detail),
    ...priceBlocks(detail),
  ]);
}

function attemptBlocks({ attempts }: SpanNode): string[] {
  if (attempts.length < 2) return [];
  const lines = attempts.map(({ status, error = '' }, index) => {
    return `${String(index + 1)}. ${STATUS_TEXTS[status].word} ${inline(error)}`.trimEnd();
  });
  return ['## Attempts', lines.join('\n')];
}

function paramBlocks({ params }: NodeDetail): string[] {
  if (params.length === 0) return [];
  return [
    '## Params',
    ...params.flatMap(({ name, value, template }) => [
      `### ${inline(name)}`,
      fenced(valueText(value)),
      ...(template === undefined ? [] : ['from', fenced(valueText(template))]),
    ]),
  ];
}

function endText({ sent, completed, failed }: NodeCall): string[] {
  if (completed !== undefined || failed !== undefined) return [];
  return [
    sent === undefined ? 'No answer recorded.' : 'Unmetered: sent, no answer recorded. Its cost is unknown.',
  ];
}

function callBlocks(events: NodeCall): string[] {
  const { call, prompted, sent, completed, failed, answered } = events;
  const part = (title: string, value: unknown): string[] =>
    value === undefined ? [] : [`### ${title}`, fenced(valueText(value))];
  const { model = '' } = completed ?? failed ?? prompted ?? sent ?? {};
  return [
    `## Call ${String(call)}: ${inline(model)}`,
    ...endText(events),
    ...part('System', prompted?.system),
    ...part('Prompt', prompted?.prompt),
    ...part('Answer', answered?.response),
    ...part('Error', failed?.error.message),
  ];
}

function storeBlocks({ changes }: NodeDetail): string[] {
  if (changes.length === 0) return [];
  return [
    '## Store',
    ...changes.flatMap(({ key, child, after }) => [
      `### ${inline(child === null ? key : `${key}.${child}`)}`,
      after === undefined ? 'removed' : fenced(valueText(after)),
    ]),
  ];
}

function priceBlocks({ costs }: NodeDetail): string[] {
  if (costs.length === 0) return [];
  const rows = costs.flatMap(({ call, cost }) =>
    'parts' in cost
      ? cost.parts.map(({ what, count, price, amount_usd }) => [
          ...[String(call), what, String(count)],
          ...[`$${price}`, fullMoneyText(amount_usd, isExactLine(cost))],
        ])
      : [[String(call), `${cost.state}: ${cost.reason}`, '', '', fullMoneyText(cost.cost_usd)]],
  );
  const cells = rows.map((row) => row.map(inline));
  return ['## Cost', table(['call', 'what', 'count', 'price', 'amount'], cells)];
}

function joinBlocks(blocks: readonly string[]): string {
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function fencedIfAny(text = '', language = ''): string {
  return text === '' ? '' : fenced(text, language);
}

/** A fence is longer than any in the text. */
function fenced(text: string, language = ''): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/gu)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${escapeControls(text).trimEnd()}\n${fence}`;
}

/** Text in a line: nothing in it is Markdown or HTML. */
function inline(text: string): string {
  return oneLine(text).replace(/[\\`*_[\]<>|#&]/gu, String.raw`\$&`);
}

/** `rows`: cells that are Markdown already. */
function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(titles), `|${titles.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

// Writes a run as Markdown: a summary and a file for each node. The same log gives the same text.
import type { Pricing } from '../../../projections/pricing/pricing.ts';
import { figures } from '../../page/figures.ts';
import { moneyText } from '../../page/money-text.ts';
import { durationText } from '../../page/duration-text.ts';
import { nodeDetail, type NodeDetail } from '../../page/node-detail.ts';
import { spanTree, type SpanNode } from '../../page/span-tree.ts';
import { valueText } from '../../page/value-text.ts';
import { oneLine, verdictOf } from '../../page/verdict.ts';
import { escapeControls } from '../../values/escape-text.ts';
import { slug } from '../../values/slug.ts';
import type { PageRun } from './page-run.ts';

export interface MarkdownFile {
  readonly name: string;
  readonly text: string;
}

export function markdownReport(run: PageRun, pricing: Pricing): MarkdownFile[] {
  const rows = nodeRows(spanTree(run.model.timeline, run.model.steps));
  const width = Math.max(2, String(rows.length).length);
  const named = rows.map((row, index) => ({
    row,
    name: `${String(index + 1).padStart(width, '0')}-${slug(row.span?.node ?? row.name, { maxLength: 40 }) ?? 'node'}.md`,
  }));
  const lines = run.events.map((event) => ({ event, text: '' }));
  return [
    { name: 'summary.md', text: summaryText(run, named) },
    ...named
      .filter(({ row }) => row.span !== null)
      .map(({ row, name }) => ({
        name,
        text: nodeText(row, nodeDetail(row, { lines, model: run.model, pricing })),
      })),
  ];
}

/** Nodes and items in the order of the waterfall. */
function nodeRows(tree: readonly SpanNode[]): SpanNode[] {
  return tree.flatMap((row) => {
    const inner = nodeRows(row.children);
    return row.kind === 'node' || row.kind === 'item' ? [row, ...inner] : inner;
  });
}

interface NamedRow {
  readonly row: SpanNode;
  readonly name: string;
}

function summaryText(run: PageRun, named: readonly NamedRow[]): string {
  const { model, facts } = run;
  const { row, failure, warnings } = model;
  const verdict = row === undefined ? null : verdictOf({ ...row, status: facts.status }, failure);
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
    ...figures(model, facts.earlier).map(({ name, value, notes }) => [
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
  const rows = cost.by_model.map(({ model, calls, tokens_input, tokens_output, cost_usd }) =>
    [model, String(calls), String(tokens_input), String(tokens_output), `$${cost_usd}`].map(inline),
  );
  return ['## Cost', table(['model', 'calls', 'input', 'output', 'cost'], rows)];
}

function nodeCells({ span, name: shown, cost_usd, exact }: SpanNode, name: string): string[] {
  if (span === null) return [inline(shown), 'did not run', '', ''];
  const title = inline(span.node ?? shown) + (span.item === undefined ? '' : ` item ${String(span.item)}`);
  const time = span.end_ms === null ? '' : durationText(span.end_ms - span.start_ms);
  return [`[${title}](${name})`, span.status, time, cost_usd === null ? '' : moneyText(cost_usd, exact)];
}

function nodeText(row: SpanNode, detail: NodeDetail): string {
  const { span, cost_usd, exact } = row;
  const cost = cost_usd === null ? '' : moneyText(cost_usd, exact);
  const about = [detail.trace?.node_type ?? '', span?.status ?? '', cost].filter((text) => text !== '');
  return joinBlocks([
    `# ${inline(span?.node ?? row.name)}`,
    about.map(inline).join(' · '),
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
    return `${String(index + 1)}. ${status} ${inline(error)}`.trimEnd();
  });
  return ['## Attempts', lines.join('\n')];
}

function paramBlocks({ trace }: NodeDetail): string[] {
  const params = Object.entries(trace?.params ?? {});
  if (trace === undefined || params.length === 0) return [];
  const templates = new Map(trace.template_resolutions.map(({ param, template }) => [param, template]));
  return [
    '## Params',
    ...params.flatMap(([name, value]) => [
      `### ${inline(name)}`,
      fenced(valueText(value)),
      ...(templates.has(name) ? ['from', fenced(valueText(templates.get(name)))] : []),
    ]),
  ];
}

function callBlocks({ call, prompted, completed, failed, answered }: NodeDetail['calls'][number]): string[] {
  const part = (title: string, value: unknown): string[] =>
    value === undefined ? [] : [`### ${title}`, fenced(valueText(value))];
  const { model = '' } = completed ?? failed ?? prompted ?? {};
  return [
    `## Call ${String(call)}: ${inline(model)}`,
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
  const rows = costs.flatMap(({ call, parts }) =>
    parts.map(({ what, count, price, amount_usd }) =>
      [String(call), what, String(count), `$${price}`, `$${amount_usd}`].map(inline),
    ),
  );
  return ['## Cost', table(['call', 'what', 'count', 'price', 'amount'], rows)];
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

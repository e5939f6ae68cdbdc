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

function summaryText({ model, facts }: PageRun, named: readonly NamedRow[]): string {
  const { row, failure, warnings, cost, started } = model;
  const verdict = row === undefined ? null : verdictOf({ ...row, status: facts.status }, failure);
  const message = failure?.error?.message ?? '';
  return joinBlocks([
    `# ${inline(verdict?.title ?? 'run')}`,
    message === '' ? '' : fenced(message),
    table(
      ['', ''],
      [
        ['run', facts.run],
        ['started', row?.started_at ?? ''],
        ['log', facts.log.text],
        ['pflow', started?.pflow ?? ''],
        ...figures(model, facts.earlier).map(({ name, value, notes }) => [
          name.toLowerCase(),
          `${value} (${notes.join(', ')})`,
        ]),
      ].map((cells) => cells.map(inline)),
    ),
    facts.advice === null ? '' : inline(facts.advice),
    facts.next.length === 0 ? '' : fenced(facts.next.map(({ command }) => command).join('\n'), 'sh'),
    '## Nodes',
    table(
      ['node', 'status', 'time', 'cost'],
      named.map(({ row: node, name }) => nodeCells(node, name)),
    ),
    cost.by_model.length === 0 ? '' : '## Cost',
    cost.by_model.length === 0
      ? ''
      : table(
          ['model', 'calls', 'input', 'output', 'cost'],
          cost.by_model.map((one) =>
            [
              one.model,
              String(one.calls),
              String(one.tokens_input),
              String(one.tokens_output),
              `$${one.cost_usd}`,
            ].map(inline),
          ),
        ),
    warnings.length === 0 ? '' : '## Warnings',
    warnings.map(({ code, message: text }) => `- ${inline(code)}: ${inline(text)}`).join('\n'),
  ]);
}

function nodeCells({ span, name: shown, cost_usd, exact }: SpanNode, name: string): string[] {
  if (span === null) return [inline(shown), 'did not run', '', ''];
  const title = inline(span.node ?? shown) + (span.item === undefined ? '' : ` item ${String(span.item)}`);
  const time = span.end_ms === null ? '' : durationText(span.end_ms - span.start_ms);
  return [`[${title}](${name})`, span.status, time, cost_usd === null ? '' : moneyText(cost_usd, exact)];
}

function nodeText(row: SpanNode, { trace, calls, changes, costs }: NodeDetail): string {
  const { span } = row;
  const resolutions = new Map((trace?.template_resolutions ?? []).map((one) => [one.param, one.template]));
  return joinBlocks([
    `# ${inline(span?.node ?? row.name)}`,
    [
      trace?.node_type ?? '',
      span?.status ?? '',
      row.cost_usd === null ? '' : moneyText(row.cost_usd, row.exact),
    ]
      .filter((text) => text !== '')
      .map(inline)
      .join(' · '),
    span?.error === undefined ? '' : `## Error\n\n${fenced(span.error)}`,
    row.attempts.length < 2 ? '' : '## Attempts',
    row.attempts.length < 2
      ? ''
      : row.attempts
          .map(({ status, error = '' }, index) => `${String(index + 1)}. ${status} ${inline(error)}`)
          .join('\n'),
    Object.keys(trace?.params ?? {}).length === 0 ? '' : '## Params',
    ...Object.entries(trace?.params ?? {}).map(([name, value]) => {
      const template = resolutions.get(name);
      const from = template === undefined ? '' : `\n\nfrom\n\n${fenced(valueText(template))}`;
      return `### ${inline(name)}\n\n${fenced(valueText(value))}${from}`;
    }),
    ...calls.map(({ call, prompted, answered, failed, completed }) =>
      joinBlocks([
        `## Call ${String(call)}: ${inline((completed ?? failed ?? prompted)?.model ?? '')}`,
        prompted?.system === undefined ? '' : `### System\n\n${fenced(prompted.system)}`,
        prompted === undefined ? '' : `### Prompt\n\n${fenced(valueText(prompted.prompt))}`,
        answered === undefined ? '' : `### Answer\n\n${fenced(valueText(answered.response))}`,
        failed === undefined ? '' : `### Error\n\n${fenced(failed.error.message)}`,
      ]).trimEnd(),
    ),
    changes.length === 0 ? '' : '## Store',
    ...changes.map(
      ({ key, child, after }) =>
        `### ${inline(child === null ? key : `${key}.${child}`)}\n\n${fenced(after === undefined ? 'removed' : valueText(after))}`,
    ),
    costs.length === 0 ? '' : '## Cost',
    costs.length === 0
      ? ''
      : table(
          ['call', 'what', 'count', 'price', 'amount'],
          costs.flatMap(({ call, parts }) =>
            parts.map(({ what, count, price, amount_usd }) =>
              [String(call), what, String(count), `$${price}`, `$${amount_usd}`].map(inline),
            ),
          ),
        ),
  ]);
}

function joinBlocks(blocks: readonly string[]): string {
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
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

// Shows one node of a run: its status, its attempts and its calls.
import { PflowError } from '../../errors.ts';
import { suggestNearest } from '../../values/nearest-name.ts';
import { present } from '../../values/present.ts';
import { formatCount, groupDigits } from '../../values/format-count.ts';
import { colour } from '../terminal/colour.ts';
import { escapeControls, toVisibleLine } from '../../values/escape-text.ts';
import { formatDollars, formatDuration } from '../../values/format-quantities.ts';
import { failureText } from './failure-text.ts';
import type { ReadRun } from './read-run.ts';

/** Throws USAGE for a node that the run does not have. */
export function nodeText(
  node: string,
  { run, steps, timeline, failure }: ReadRun,
  view: { readonly columns: number; readonly isFull: boolean },
): string[] {
  const step = steps.find(({ node_id }) => node_id === node);
  if (step === undefined) throw unknownNodeError(node, steps);
  if (failure?.node === node) return failureText(failure, { ...view, isLive: run.status === 'running' });
  const calls = timeline.filter((span) => span.kind === 'call' && span.node === node);
  return [
    '',
    `${colour.bold(toVisibleLine(node))} ${step.status}  ${colour.dim(formatDuration(step.duration_ms))}`,
    ...(step.error === undefined ? [] : [`  ${colour.red(escapeControls(step.error.message))}`]),
    ...(step.attempts ?? []).map(
      ({ error, wait_ms }, index) =>
        `  attempt ${String(index + 1)}  ${toVisibleLine(error.message)}${colour.dim(`, then waited ${formatDuration(wait_ms)}`)}`,
    ),
    ...failedItems(step),
    ...calls.map(({ model = '', item, tokens, cost_usd, exact, start_ms, end_ms, error }) => {
      const time = end_ms === null ? '…' : formatDuration(end_ms - start_ms);
      const used =
        tokens === undefined ? '' : `  ${groupDigits(tokens.input)} → ${groupDigits(tokens.output)} tokens`;
      const cost = typeof cost_usd === 'string' ? `  ${formatDollars(cost_usd, exact)}` : '';
      const place = item === undefined ? '' : `item ${String(item)}  `;
      return `  call  ${place}${toVisibleLine(model)}  ${time}${used}${cost}${error === undefined ? '' : `  ${colour.red(toVisibleLine(error))}`}`;
    }),
    ...(step.stderr === undefined ? [] : [colour.dim('stderr'), escapeControls(step.stderr)]),
  ];
}

/** The steps hold the first few. */
function failedItems({ batch }: ReadRun['steps'][number]): string[] {
  const { errors = [], failed = 0 } = batch ?? {};
  const more = failed - errors.length;
  return [
    ...errors.map(
      ({ index, error }) => `  item ${String(index)}  ${colour.red(toVisibleLine(error.message))}`,
    ),
    ...(more > 0 ? [`  and ${formatCount(more, 'more item')} failed`] : []),
  ];
}

function unknownNodeError(node: string, steps: ReadRun['steps']): PflowError {
  const names = steps.map(({ node_id }) => node_id);
  return new PflowError('USAGE', `the run has no node "${node}"`, {
    details: [`its nodes: ${names.slice(0, 20).join(', ')}${names.length > 20 ? ', …' : ''}`],
    ...present({ hint: suggestNearest(node, names) }),
  });
}

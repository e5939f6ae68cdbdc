// Advises what to do about a run that did not succeed, and with which commands.
import { sumAmounts } from '../../../projections/pricing/decimal.ts';
import type { PflowError } from '../../errors.ts';
import { moneyText } from '../../page/money-text.ts';
import type { NextCommand, PageFacts } from '../../page/page-facts.ts';
import { nodesWith } from '../../page/run-marks.ts';
import type { RunModel } from '../../page/run-model.ts';
import { spanTree, type SpanNode, type TreeSource } from '../../page/span-tree.ts';
import type { ListedRun } from '../../replay/list-runs.ts';
import { resumeProblem } from '../../run/resume/resume-problem.ts';
import { listUnconfirmedNodes } from '../../run/resume/unconfirmed-nodes.ts';
import { formatCount } from '../../values/format-count.ts';
import { shellPath, shellWord } from '../../values/shell-word.ts';
import { nextCommands } from './next-commands.ts';
import { adviceFor } from './advice.ts';

/** The parts of a run that decide what can be done. */
export type StoppedRun = TreeSource & Pick<RunModel, 'failure' | 'started'>;

export type NextSteps = Pick<PageFacts, 'advice' | 'next'>;

interface ShownRun {
  /** The log has no other run. */
  readonly isAlone: boolean;
  /** `--full` would show no more. */
  readonly isFull?: boolean;
}

export async function nextSteps(
  run: ListedRun,
  model: StoppedRun,
  { isAlone, isFull = false }: ShownRun,
): Promise<NextSteps> {
  const { status } = run;
  if (status === 'success' || status === 'running') return { advice: null, next: [] };
  const log = { path: run.file, run: run.run };
  const problem = await resumeProblem(log);
  const error = model.failure?.error ?? run.error ?? undefined;
  const named = isAlone ? shellPath(run.file) : run.run;
  const mayHaveActed = problem === null && isCutOff(status) ? await listUnconfirmedNodes(log) : [];
  const resume =
    problem === null ? resumeCommands(`pflow resume ${named}`, model, mayHaveActed) : newerRun(problem);
  return {
    advice: adviceFor(status, error, problem),
    next: [...resume, ...nextCommands({ ...model, run }, { named, isFull })],
  };
}

/** Only then a node may have no end. */
function isCutOff(status: ListedRun['status']): boolean {
  return status === 'incomplete' || status === 'interrupted';
}

/** Of a run that was resumed already. */
function newerRun({ code, path }: PflowError): NextCommand[] {
  if (code !== 'RUN_CONTINUED' || path === undefined) return [];
  return [{ command: `pflow show ${shellPath(path)}`, does: 'the run that goes on from this one' }];
}

/** A node that waits, was denied, or may act twice needs an answer. */
function resumeCommands(
  command: string,
  model: StoppedRun,
  mayHaveActed: readonly string[],
): readonly NextCommand[] {
  const kept = keptText(model);
  const waiting = nodesWith(model.marks, 'waiting').map(shellWord);
  const denied = nodesWith(model.marks, 'denied').map(shellWord);
  if (waiting.length > 0) {
    return [
      { command: withOption(command, '--approve', waiting), does: `approves, and goes on here${kept}` },
      { command: withOption(command, '--deny', waiting), does: 'refuses, which ends the run' },
    ];
  }
  if (denied.length > 0) {
    const does = `approves after all, and goes on here${kept}`;
    return [{ command: withOption(command, '--approve', denied), does }];
  }
  if (mayHaveActed.length > 0) {
    const does = `goes on here, and runs ${mayHaveActed.join(', ')} again, which may have acted${kept}`;
    return [{ command: withOption(command, '--rerun', mayHaveActed.map(shellWord)), does }];
  }
  return [{ command, does: `goes on here${kept}` }];
}

function withOption(command: string, option: string, nodes: readonly string[]): string {
  return [command, ...nodes.map((node) => `${option} ${node}`)].join(' ');
}

/** Is empty where nothing is kept. */
function keptText(model: StoppedRun): string {
  const nodes = topNodes(spanTree(model));
  const done = nodes.filter(isDone);
  // Completed items of a batch are kept, too.
  const items = nodes.flatMap((row) =>
    isDone(row) ? [] : row.children.filter((child) => child.kind === 'item' && isDone(child)),
  );
  const kept = [...done, ...items];
  // Most nodes make no call.
  const saved = sumAmounts(kept.flatMap(({ cost_usd }) => cost_usd ?? []));
  const isExact = kept.every(({ exact }) => exact);
  const money = saved === '0' ? '' : `, which saves ${moneyText(saved, isExact)}`;
  const counts = [
    ...(done.length === 0 ? [] : [formatCount(done.length, 'completed node')]),
    ...(items.length === 0 ? [] : [formatCount(items.length, 'completed item')]),
  ];
  return counts.length === 0 ? '' : `; ${counts.join(' and ')} not run again${money}`;
}

function isDone({ status }: SpanNode): boolean {
  return status === 'completed' || status === 'restored';
}

/** Nodes of the workflow itself, each visit. */
function topNodes(rows: readonly SpanNode[]): SpanNode[] {
  return rows.flatMap((row) => {
    if (row.kind === 'workflow') return topNodes(row.children);
    return row.kind === 'node' && row.phase === 'workflow' ? [row] : [];
  });
}

// Prints what a resumed run would do, for --dry-run.
import type { PreparedResume } from '../../run/resume/prepare-resume.ts';
import { outermost } from '../../run/resume/earlier-run.ts';
import { findUnfinishedEffects } from '../../run/resume/unfinished-effects.ts';
import { createDryRunRedactor } from '../../run/dry-run-redactor.ts';
import { listUpcoming } from '../../run/upcoming-nodes.ts';
import { present } from '../../values/present.ts';
import { estimateRun, estimateText } from '../run/estimate-run.ts';
import { dryRunFrame, printDryRunDocument, type DryRunFrame } from '../run/dry-run-document.ts';
import type { RunOptions } from '../run/run-options.ts';
import type { Terminal } from '../terminal/terminal.ts';

type Status = 'restored' | 'runs' | 'may run' | 'runs if its params change' | 'not reached';

interface PlannedNode {
  readonly node_id: string;
  readonly node_type: string;
  readonly status: Status;
  /** Completed items of a batch that runs. */
  readonly restored_items?: number;
  readonly may_have_acted?: boolean;
}

export async function printResumePlan(
  prepared: PreparedResume,
  flags: RunOptions,
  terminal: Terminal,
): Promise<void> {
  const nodes = planNodes(prepared);
  const estimate = await estimateRest(prepared, nodes, flags);
  const { earlier, changed, request } = prepared;
  const redactor = await createDryRunRedactor(request.env, request);
  const document = {
    ...dryRunFrame({ ...request, path: request.origin?.workflowPath }, redactor),
    resumed_from: { run: earlier.run, seq: earlier.lastSeq },
    nodes,
    changed,
    estimate,
  };
  printDryRunDocument(document, resumePlanText, flags, terminal);
}

interface ResumeDocument extends DryRunFrame {
  readonly resumed_from: { readonly run: string; readonly seq: number };
  readonly nodes: readonly PlannedNode[];
  readonly changed: readonly string[];
  readonly estimate: Awaited<ReturnType<typeof estimateRun>>;
}

function resumePlanText({ resumed_from, nodes, changed, estimate }: ResumeDocument): string {
  const width = Math.max(...nodes.map(({ node_id }) => node_id.length));
  const lines = [
    `run ${resumed_from.run} would go on:`,
    ...nodes.map((node) => `  ${node.node_id.padEnd(width)}  ${describe(node)}`),
    ...(changed.length > 0 ? [`changed since, and kept: ${changed.join(', ')}`] : []),
    estimateText(estimate),
  ];
  return `${lines.join('\n')}\n`;
}

/** Of the nodes that run or may run. Completed items of a batch are not taken off. */
function estimateRest(
  { request }: PreparedResume,
  nodes: readonly PlannedNode[],
  flags: RunOptions,
): ReturnType<typeof estimateRun> {
  const done = nodes.flatMap(({ node_id, status }) =>
    status === 'restored' || status === 'not reached' ? [node_id] : [],
  );
  const { name, inputs, defaultModel } = request;
  const upcoming = listUpcoming(request, inputs.values);
  const rest = upcoming.filter(({ path }) => !done.includes(path.split('/')[0] ?? ''));
  return estimateRun(rest, { workflow: name, defaultModel }, flags);
}

function describe({ status, restored_items, may_have_acted }: PlannedNode): string {
  const items = restored_items === undefined ? '' : `, ${String(restored_items)} items restored`;
  return `${status}${items}${may_have_acted === true ? ', may have acted before' : ''}`;
}

function planNodes({ request, plan, earlier }: PreparedResume): readonly PlannedNode[] {
  const acted = new Set(findUnfinishedEffects(earlier, request).map(({ node }) => outermost(node)));
  const restored = new Set(plan.restored.map(({ node }) => node));
  const statusOf = (id: string): Status => {
    if (plan.compared.includes(id)) return 'runs if its params change';
    if (id === plan.next) return 'runs';
    if (plan.kept.includes(id)) return 'restored';
    if (plan.upcoming.has(id)) return 'may run';
    if (restored.has(id)) return 'restored';
    return plan.mayRun.has(id) ? 'may run' : 'not reached';
  };
  return request.workflow.nodes.map(({ id, type, batch }) => {
    const status = statusOf(id);
    const items = [...earlier.records.values()].filter(
      ({ place }) => place.node === id && place.item !== undefined,
    );
    const isPartial = batch !== undefined && status === 'runs' && items.length > 0;
    return {
      node_id: id,
      node_type: type,
      status,
      ...present({
        restored_items: isPartial ? items.length : undefined,
        may_have_acted: acted.has(id) ? true : undefined,
      }),
    };
  });
}

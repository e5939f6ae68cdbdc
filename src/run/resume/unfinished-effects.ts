// Finds nodes that were started and have no end: what they do to the world outside may have happened.
import { PflowError } from '../../errors.ts';
import { formatCount } from '../../values/format-count.ts';
import { shellPath } from '../../values/shell-word.ts';
import type { WorkflowNode } from '../../workflow/schema.ts';
import { findChild, type ChildWorkflow } from '../nested/child-workflow.ts';
import type { RunRequest } from '../run-request.ts';
import type { EarlierRun, OpenNode } from './earlier-run.ts';

/** Run again without a question: they change nothing outside of the run. */
const HARMLESS_TYPES: ReadonlySet<string> = new Set(['llm', 'code', 'read-file', 'echo', 'switch']);

/** A node that may act twice. */
export interface UnfinishedEffect {
  readonly node: string;
  /** What happened to it. */
  readonly what: string;
}

/** The workflow, and what is nested in it. */
export interface EffectFacts extends Pick<RunRequest, 'workflow' | 'registry'> {
  readonly nested?: { readonly children: ReadonlyMap<string, ChildWorkflow> };
}

const RUNNING = 'was running when the run ended, and may have acted';
const INSIDE = 'completed in an item that did not, and runs again with it';

/** Finds each node once. */
export function findUnfinishedEffects(
  { open, completedInside }: EarlierRun,
  facts: EffectFacts,
): readonly UnfinishedEffect[] {
  const effects = new Map<string, UnfinishedEffect>();
  const add = (places: Iterable<OpenNode>, what: string): void => {
    for (const place of places)
      if (!effects.has(place.node) && mayHaveActed(place, facts))
        effects.set(place.node, { node: place.node, what });
  };
  add(open.values(), RUNNING);
  add(completedInside.values(), INSIDE);
  return [...effects.values()];
}

function mayHaveActed({ node, node_type, item }: OpenNode, facts: EffectFacts): boolean {
  const { workflow, registry } = workflowAround(node, facts) ?? {};
  const id = node.slice(node.lastIndexOf('/') + 1);
  const spec = workflow?.nodes.find((one) => one.id === id);
  // Of a batch its items act, of a nested workflow its nodes.
  if (node_type === 'workflow' || (spec?.batch !== undefined && item === undefined)) return false;
  return mayAct({ type: node_type, params: spec?.params }, registry ?? facts.registry);
}

/** Undefined for a nested workflow that is found only when it runs. */
function workflowAround(
  node: string,
  facts: EffectFacts,
): Pick<RunRequest, 'workflow' | 'registry'> | undefined {
  const end = node.lastIndexOf('/');
  return end < 0 ? facts : findChild(node.slice(0, end), facts.nested?.children);
}

/** True for a node that may write, send or run something. Without params it may do what its type can. */
export function mayAct(
  { type, params }: { readonly type: string; readonly params?: WorkflowNode['params'] | undefined },
  registry: RunRequest['registry'],
): boolean {
  if (HARMLESS_TYPES.has(type)) return false;
  const effect = params === undefined ? undefined : registry.get(type)?.effect?.(params);
  return effect !== 'none' && effect !== 'reads' && effect !== 'fetches';
}

/** `named`: how the user names the run. */
export function unconfirmedError(effects: readonly UnfinishedEffect[], named: string): PflowError {
  const nodes = effects.map(({ node }) => node);
  const ids = nodes.map((id) => `"${id}"`).join(', ');
  const [only, second] = effects;
  const message =
    only !== undefined && second === undefined
      ? `node ${ids} ${only.what}`
      : `${formatCount(nodes.length, 'node')} (${ids}) may have acted, and would run again`;
  return new PflowError('RERUN_UNCONFIRMED', message, {
    ...(only !== undefined && second === undefined ? { node_id: only.node } : {}),
    hint: `Look at what happened, then: pflow resume ${shellPath(named)} ${nodes.map((id) => `--rerun ${id}`).join(' ')}`,
  });
}

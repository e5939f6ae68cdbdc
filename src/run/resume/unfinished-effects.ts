// Finds nodes that were started and have no end: what they do to the world outside may have happened.
import { PflowError } from '../../errors.ts';
import { formatCount } from '../../values/format-count.ts';
import type { WorkflowNode } from '../../workflow/schema.ts';
import type { RunRequest } from '../run-request.ts';
import type { EarlierRun, OpenPlace } from './earlier-run.ts';

/** Run again without a question: they change nothing outside of the run. */
const HARMLESS_TYPES: ReadonlySet<string> = new Set(['llm', 'code', 'read-file', 'echo', 'switch']);

/** Ids of the nodes, each once. */
export function findUnfinishedEffects(
  { open, completedInside }: EarlierRun,
  facts: Pick<RunRequest, 'workflow' | 'registry'>,
): readonly string[] {
  const places = [...open.values(), ...completedInside.values()];
  return [...new Set(places.filter((place) => mayHaveActed(place, facts)).map(({ node }) => node))];
}

function mayHaveActed(
  { node, node_type, item }: OpenPlace,
  { workflow, registry }: Pick<RunRequest, 'workflow' | 'registry'>,
): boolean {
  // Of a batch its items act, of a nested workflow its nodes.
  const spec = workflow.nodes.find(({ id }) => id === node);
  if (node_type === 'workflow' || (spec?.batch !== undefined && item === undefined)) return false;
  return mayAct({ type: node_type, params: spec?.params }, registry);
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
export function unconfirmedError(nodes: readonly string[], named: string): PflowError {
  const ids = nodes.map((id) => `"${id}"`).join(', ');
  const what = nodes.length === 1 ? `node ${ids} was` : `${formatCount(nodes.length, 'node')} (${ids}) were`;
  const [only] = nodes;
  return new PflowError('RERUN_UNCONFIRMED', `${what} running when the run ended, and may have acted`, {
    ...(nodes.length === 1 && only !== undefined ? { node_id: only } : {}),
    hint: `Look at what happened, then: pflow resume ${named} ${nodes.map((id) => `--rerun ${id}`).join(' ')}`,
  });
}

// Predicts what a resumed run does, for the checks before it and for --dry-run: which nodes are restored, where it
// starts, and which nodes may run. In the run, LocalRecorder decides for each node.
import type { NodeType } from '../../flow/node-type.ts';
import { NODE_TYPE_NAMES } from '../../nodes/registry.ts';
import type { RunContext } from '../../nodes/run-context.ts';
import { buildGraph, type Graph } from '../../workflow/graph.ts';
import type { Workflow, WorkflowNode } from '../../workflow/schema.ts';
import { findTemplateUses } from '../../workflow/template-uses.ts';
import type { NodePlace } from '../../wrappers/recorder.ts';
import { nodePlaceKey, type EarlierRecord } from './earlier-run.ts';

export interface ResumePlan {
  /** Visits that are restored, in the order of the run. */
  readonly restored: readonly NodePlace[];
  /** Completed before, and their params may change: they run again if they do. */
  readonly compared: readonly string[];
  /** Visits that completed before, restored or compared, in the order of the run. */
  readonly completed: readonly NodePlace[];
  /** The first node that runs; undefined where all are restored. */
  readonly next: string | undefined;
  /** Nodes that may run, from `next` on or from one that is compared. */
  readonly mayRun: ReadonlySet<string>;
  /** Those of them that follow `next`, with `next`. */
  readonly upcoming: ReadonlySet<string>;
  /** Nodes between `next` and `from` that have completed before: they are restored when the run reaches them. */
  readonly kept: readonly string[];
}

interface PlanFacts {
  readonly workflow: Workflow;
  readonly registry: ReadonlyMap<string, NodeType<RunContext>>;
  readonly records: ReadonlyMap<string, EarlierRecord>;
  readonly from?: string | undefined;
  /** Inputs with another value than in the earlier run. */
  readonly changedInputs: readonly string[];
}

export function planResume(facts: PlanFacts): ResumePlan {
  const { workflow, registry, records, from, changedInputs } = facts;
  const graph = buildGraph(workflow, registry);
  const changing = changedInputs.length === 0 ? new Set<string>() : findChanging(facts);
  const visits = new Map<string, number>();
  const completed: NodePlace[] = [];
  const compared = new Set<string>();
  const loops = new OpenLoops(workflow);
  let next: string | undefined = graph.start;
  while (next !== undefined && next !== from) {
    const visit: number = (visits.get(next) ?? 0) + 1;
    visits.set(next, visit);
    const record = records.get(nodePlaceKey({ node: next, visit }));
    if (record === undefined) break;
    completed.push(record.place);
    if (changing.has(next)) compared.add(next);
    if (!loops.goesOn(record)) next = graph.next.get(next)?.get(record.action);
  }
  const upcoming = reachableFrom(next === undefined ? [] : [next], graph);
  return {
    restored: completed.filter(({ node }) => !compared.has(node)),
    compared: [...compared],
    completed,
    next,
    mayRun: reachableFrom([...upcoming, ...compared], graph),
    upcoming,
    kept: from === undefined || next === undefined ? [] : findKept(next, { graph, records, visits, from }),
  };
}

interface KeptFacts extends Pick<PlanFacts, 'records'> {
  readonly graph: Graph;
  /** Visits so far. */
  readonly visits: ReadonlyMap<string, number>;
  readonly from: string;
}

function findKept(next: string, { graph, records, visits, from }: KeptFacts): readonly string[] {
  if (next === from) return [];
  return [...reachableFrom([next], graph, from)].filter((node) => {
    const visit = (visits.get(node) ?? 0) + (node === next ? 0 : 1);
    return node !== from && records.has(nodePlaceKey({ node, visit }));
  });
}

/** Follows which loops have another iteration. */
class OpenLoops {
  private readonly loops: ReadonlySet<string>;
  private readonly isNamespaced: boolean;
  /** Why each loop stopped, while the store has it. */
  private readonly stopped = new Set<string>();

  constructor({ nodes, enable_namespacing }: Workflow) {
    this.loops = new Set(nodes.flatMap(({ id, loop }) => (loop === undefined ? [] : [id])));
    this.isNamespaced = enable_namespacing;
  }

  /** True if the loop of the node has an iteration after this record. */
  goesOn({ place: { node }, action, patches }: EarlierRecord): boolean {
    if (!this.loops.has(node)) return false;
    const holder = this.isNamespaced ? [node] : [];
    for (const { op, path } of patches) {
      const isWhole = path.length <= holder.length;
      if (isWhole || (path[holder.length] === 'loop_stopped' && path.length === holder.length + 1)) {
        if (op === 'remove' || isWhole) this.stopped.delete(node);
        else this.stopped.add(node);
      }
    }
    return action !== 'error' && !this.stopped.has(node);
  }
}

/** `end`: what follows it is left out. */
function reachableFrom(starts: readonly string[], graph: Graph, end?: string): ReadonlySet<string> {
  const found = new Set(starts);
  for (const id of found) {
    if (id === end) continue;
    for (const to of graph.next.get(id)?.values() ?? []) found.add(to);
  }
  return found;
}

type ChangeFacts = Pick<PlanFacts, 'workflow' | 'registry' | 'changedInputs'>;

/** Finds nodes that refer to a changed input, or to a node that does. */
export function findChanging({ workflow, registry, changedInputs }: ChangeFacts): ReadonlySet<string> {
  const changed = new Set(changedInputs);
  // A custom type may read the whole store.
  const isCustom = ({ type }: WorkflowNode): boolean => !NODE_TYPE_NAMES.includes(type);
  const changing = new Set(workflow.nodes.flatMap((node) => (isCustom(node) ? [node.id] : [])));
  const uses = findTemplateUses(workflow, registry).filter(({ node }) => node !== undefined);
  for (const id of changing) changed.add(id);
  for (let before = -1; before < changing.size;) {
    before = changing.size;
    for (const { node = '', references } of uses) {
      if (!references.some(({ name }) => changed.has(name))) continue;
      changing.add(node);
      changed.add(node);
    }
  }
  return changing;
}

/** Finds nodes whose loop refers to a changed input, or to a node that does. */
export function findChangingLoops(facts: ChangeFacts): ReadonlySet<string> {
  const changed = new Set([...facts.changedInputs, ...findChanging(facts)]);
  const uses = findTemplateUses(facts.workflow, facts.registry);
  const changing = uses.filter(
    ({ node, followsNode, references }) =>
      followsNode === true && references.some(({ name }) => name !== node && changed.has(name)),
  );
  return new Set(changing.flatMap(({ node }) => node ?? []));
}

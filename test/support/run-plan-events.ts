// Turns a run plan into the events that production code would have written.
import type { StorePatch } from '../../src/events/content-events.ts';
import type { LogEvent } from '../../src/events/event.ts';
import type { RunEnd } from '../../src/events/run-status.ts';
import type { EventData } from '../../src/events/vocabulary.ts';
import { RunBuilder } from './run-builder.ts';
import type {
  CallPlan,
  NestedPlan,
  NodePlan,
  RunPlan,
  VisitPlan,
  WritePlan,
} from './run-plan-arbitraries.ts';

export function eventsOfPlan(plan: RunPlan, id: string): readonly LogEvent[] {
  const run = new PlanEvents(plan, id);
  const events = run.events();
  if (plan.end !== 'incomplete') return events;
  // Keeps at least the first event and drops at least the last.
  return events.slice(0, Math.max(1, Math.floor(plan.kept * events.length)));
}

class PlanEvents {
  private readonly plan: RunPlan;
  private readonly run: RunBuilder;
  private readonly withContent: boolean;
  private readonly written = new Map<string, Set<string>>();

  constructor(plan: RunPlan, id: string) {
    this.plan = plan;
    this.run = new RunBuilder(id);
    this.withContent = plan.level === 'trace';
  }

  events(): readonly LogEvent[] {
    const { plan, run } = this;
    run.started({ level: plan.level, ...this.beginning() });
    const inputs = Object.entries(plan.inputs);
    if (this.withContent && inputs.length > 0) {
      run.changed(...inputs.map(([key, value]): StorePatch => ({ op: 'add', path: [key], value })));
    }
    const { planner } = plan;
    if (planner !== null) {
      const nodes = (): void => {
        planner.nodes.forEach((node) => {
          this.node(node, false);
        });
      };
      run.planner(nodes, 31.5, planner.status);
    }
    const hasPlan = planner === null || (planner.status !== 'failed' && planner.runs);
    if (hasPlan) this.workflow();
    run.ended(this.endOfRun(hasPlan));
    return run.events;
  }

  private endOfRun(hasPlan: boolean): RunEnd {
    const { end, planner } = this.plan;
    if (end === 'success') return planner?.status === 'failed' ? 'failed' : 'success';
    // A node that waits or was denied is part of the workflow.
    if (end === 'paused' || end === 'denied') return hasPlan ? end : 'failed';
    return end === 'interrupted' ? 'interrupted' : 'failed';
  }

  /** A run that starts from a sentence has no workflow yet. */
  private beginning(): Partial<EventData<'run.started'>> {
    if (this.plan.planner === null) return {};
    const request = this.withContent ? { request: 'write a report' } : {};
    return { source: 'planner', workflow: null, ...request };
  }

  private workflow(): void {
    const { plan, run } = this;
    const ids = [
      ...plan.nodes.map(({ node }) => node).filter((node) => !node.includes('/')),
      ...plan.unreached,
      ...(plan.end === 'paused' || plan.end === 'denied' ? ['gate'] : []),
    ];
    run.workflow(
      ids,
      () => {
        plan.nodes.forEach((node) => {
          this.node(node, true);
        });
        this.lastNode();
      },
      77.123,
    );
  }

  /** The node at which a run was paused or denied. */
  private lastNode(): void {
    const { end } = this.plan;
    if (end !== 'paused' && end !== 'denied') return;
    const decision = end === 'paused' ? 'waiting' : 'denied';
    this.run.node('gate', end === 'paused' ? { hangs: true } : { fails: 'denied' }, () => {
      this.run.emit({ type: 'node.approval', data: { decision } });
    });
  }

  private node({ node, visits, items, parallel, rest }: NodePlan, hasStore: boolean): void {
    visits.forEach((visit, index) => {
      const place = index === 0 ? {} : { visit: index + 1 };
      this.run.node(node, { ...place, ...kindOf(node), ...endOf(visit) }, () => {
        if (items.length > 0 && rest !== null) this.run.batch(items.length + rest);
        this.items(node, items, { parallel, at: 0, place });
        this.inside(node, visit, hasStore);
        if (hasStore) this.write(node, visit);
      });
    });
  }

  /** Runs the items one after the other, or each within the one before. */
  private items(
    node: string,
    items: readonly VisitPlan[],
    { parallel, at, place }: { readonly parallel: boolean; readonly at: number; readonly place: object },
  ): void {
    const item = items[at];
    if (item === undefined) return;
    const next = (): void => {
      this.items(node, items, { parallel, at: at + 1, place });
    };
    this.run.node(
      node,
      { ...place, item: at, ...endOf(item), ...(item.stopped ? { fails: STOPPED } : {}) },
      () => {
        this.inside(node, item, false);
        if (parallel) next();
        if (this.withContent && !item.stopped && !item.fails)
          this.run.emit({ type: 'item.produced', data: { outputs: { response: at } } });
      },
    );
    if (!parallel) next();
  }

  private inside(node: string, visit: VisitPlan, isNested: boolean): void {
    const { run } = this;
    if (visit.approved) run.emit({ type: 'node.approval', data: { decision: 'approved' } });
    if (visit.resolves && this.withContent) run.resolved('prompt', '${topic}', 'the topic');
    for (let attempt = 1; attempt <= visit.retries; attempt += 1) run.retried(attempt);
    for (const call of visit.calls) this.call(call);
    if (visit.nested !== null && isNested && !node.includes('/')) this.nested(`${node}/inner`, visit.nested);
    if (visit.warns) run.warned('UNUSUAL', 'something was unusual');
  }

  private nested(node: string, { calls, writes }: NestedPlan): void {
    this.run.workflow([node], (inside) => {
      inside.node(node, {}, () => {
        for (const call of calls) this.call(call);
        this.write(node, { writes: writes.map((write) => ({ ...write, root: false })) });
      });
    });
  }

  private call({ model, usage, outcome, ms, prompt }: CallPlan): void {
    const content = this.withContent ? { prompt, response: 'because', options: { temperature: 0 } } : {};
    // An answer of a log is not sent for.
    const bill = { ...content, model, duration_ms: ms, sent: outcome !== 'reused' };
    this.run.after(ms);
    switch (outcome) {
      case 'answered':
        this.run.call({ ...bill, usage });
        return;
      case 'reused':
        this.run.call({ ...bill, usage, reused: { run: 'elsewhere', seq: 3 } });
        return;
      case 'failed':
        this.run.call({ ...bill, fails: 'overloaded' });
        return;
      case 'failed with usage':
        this.run.call({ ...bill, usage, fails: 'half an answer' });
        return;
      default:
        outcome satisfies never;
    }
  }

  private write(node: string, { writes }: { readonly writes: readonly WritePlan[] }): void {
    if (!this.withContent || writes.length === 0) return;
    const patches = writes.flatMap(({ key, value, root }): StorePatch[] =>
      root ? [this.put('', [key], value)] : this.putInside(node, key, value),
    );
    this.run.changed(...patches);
  }

  private putInside(node: string, key: string, value: unknown): StorePatch[] {
    const namespace: StorePatch[] = this.written.has(node) ? [] : [{ op: 'add', path: [node], value: {} }];
    return [...namespace, this.put(node, [node, key], value)];
  }

  private put(holder: string, path: string[], value: unknown): StorePatch {
    const keys = this.written.get(holder) ?? new Set();
    this.written.set(holder, keys);
    const op = keys.has(path.join('/')) ? 'replace' : 'add';
    keys.add(path.join('/'));
    return { op, path, value };
  }
}

const STOPPED = { name: 'AbortError', message: 'another item of the batch failed', code: 'ITEM_STOPPED' };

/** Gives the discovery node of the planner its type and action. */
function kindOf(node: string): { type?: string; action?: string } {
  return node === 'workflow-discovery' ? { type: 'WorkflowDiscovery', action: 'not_found' } : {};
}

function endOf(visit: VisitPlan): { ms: number; fails?: string } {
  return visit.fails ? { ms: visit.ms, fails: 'it went wrong' } : { ms: visit.ms };
}

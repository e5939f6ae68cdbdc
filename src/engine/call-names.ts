// Names the model calls of a run. An execution that continues it finds the calls of the one before.
import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import type { ModelRequest } from '../models/model.ts';
import { getCurrentNode } from '../wrappers/current-node.ts';
import type { NodePlace } from '../wrappers/recorder.ts';

const steps = new AsyncLocalStorage<NodePlace>();

/** Runs the node of a durable step; the names of its calls have its visit. */
export function runAsStep<T>(place: NodePlace, run: () => Promise<T>): Promise<T> {
  return steps.run(place, run);
}

/** The node of the step that is being executed: around a batch of nested workflows it is that of the batch. */
export function getStepNode(): string | undefined {
  return steps.getStore()?.node;
}

/**
 * Names calls by what a step does in each of its executions: the node, its item, the request, and how often it was made
 * there. Items in parallel come to a nested node in any order, so the visit of that node is not part of the name: an
 * item would get the answer of another one. One for each execution of a run.
 */
export class CallNames {
  private readonly run: string;
  private readonly counts = new Map<string, number>();

  constructor(run: string) {
    this.run = run;
  }

  next(request: ModelRequest): string {
    const { node = '', item } = getCurrentNode()?.place ?? {};
    const { visit = 1 } = steps.getStore() ?? {};
    const hash = createHash('sha256').update(JSON.stringify(request)).digest('hex').slice(0, 16);
    const name = [this.run, node, visit, item ?? '', hash].join(':');
    const count = (this.counts.get(name) ?? 0) + 1;
    this.counts.set(name, count);
    return `${name}:${String(count)}`;
  }
}

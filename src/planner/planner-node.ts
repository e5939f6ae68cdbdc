// The base class of the planner's nodes. They work on the task and on the planner's own store, and retry transient
// failures.
import type { Action } from '../flow/context.ts';
import { Node, type Retry } from '../flow/node.ts';
import type { PlannerContext, PlanningTask } from './planning-task.ts';
import type { PlanningStore } from './planning-store.ts';

const RETRY: Retry = { max: 3, wait_s: 1 };

export abstract class PlannerNode<Prepared, Result> extends Node<PlannerContext> {
  protected readonly task: PlanningTask;
  override retry: Retry = RETRY;

  constructor(id: string, type: string, task: PlanningTask) {
    super(id, type);
    this.task = task;
  }

  abstract override prep(store: PlanningStore): Prepared | Promise<Prepared>;
  abstract override exec(prepared: Prepared, context: PlannerContext): Result | Promise<Result>;
  abstract override post(store: PlanningStore, prepared: Prepared, result: Result): Action;
}

// Which node is asking when a model is called: kept by AsyncLocalStorage, so that retries, several calls in
// one node and calls of a library deep inside are each told apart, whoever calls.
import { AsyncLocalStorage } from 'node:async_hooks';
import type { EventPlace } from '../events/event.ts';

export interface CurrentNode {
  readonly place: EventPlace;
  /** The attempt that is going on, from 1. */
  attempt: number;
  /** Model calls made in this scope so far. */
  calls: number;
}

const scopes = new AsyncLocalStorage<CurrentNode>();

export function currentNode(): CurrentNode | undefined {
  return scopes.getStore();
}

/**
 * The scope is entered with a call and not with the node: on Node 20 every promise inside a scope costs more, and
 * most nodes ask nobody.
 */
export function runAsCurrentNode<T>(scope: CurrentNode, call: () => T): T {
  return scopes.run(scope, call);
}

/** The place for an event of the node that is running now. */
export function eventPlaceOf(scope: CurrentNode): EventPlace {
  return scope.attempt === 1 ? scope.place : { ...scope.place, attempt: scope.attempt };
}

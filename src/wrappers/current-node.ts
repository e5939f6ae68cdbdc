// Keeps the node that is running when a model is called. AsyncLocalStorage separates retries, several calls of one node
// and calls deep inside a library.
import { AsyncLocalStorage } from 'node:async_hooks';
import type { EventPlace } from '../events/event.ts';

export interface CurrentNode {
  readonly place: EventPlace;
  /** The current attempt, from 1. */
  attempt: number;
  /** Model calls of the node so far. */
  calls: number;
}

const storage = new AsyncLocalStorage<CurrentNode>();

export function getCurrentNode(): CurrentNode | undefined {
  return storage.getStore();
}

/**
 * Runs `call` with `node` as the current node, unless there is one: the first is the innermost, an item of a batch
 * before the whole. To be entered with each model call and not with the node: on Node 20
 * every promise inside costs more, and most nodes call no model.
 */
export function runAsCurrentNode<T>(node: CurrentNode, call: () => T): T {
  return storage.getStore() === undefined ? storage.run(node, call) : call();
}

/** Returns the place of an event of the node in its current attempt. */
export function getEventPlace(node: CurrentNode): EventPlace {
  return node.attempt === 1 ? node.place : { ...node.place, attempt: node.attempt };
}

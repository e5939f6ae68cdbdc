// Defines the result of a node that chooses the edge to take.
import type { Action } from '../flow/context.ts';

/** Outputs, and the action that the node returns. */
export class NextAction<Outputs> {
  readonly action: Action;
  readonly outputs: Outputs;

  constructor(action: Action, outputs: Outputs) {
    this.action = action;
    this.outputs = outputs;
  }
}

/** Makes the result of `exec` that takes the edge `action`: `return next('empty', { count: 0 })`. */
export function next<Outputs>(action: Action, outputs: Outputs): NextAction<Outputs> {
  return new NextAction(action, outputs);
}

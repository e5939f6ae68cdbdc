// What the nodes of a run are given beyond what every node gets: somebody who answers.
import type { NodeContext } from '../flow/context.ts';
import type { ModelClient } from '../models/model.ts';

export interface RunContext extends NodeContext {
  readonly models: ModelClient;
  /** For nodes that name no model. */
  readonly defaultModel?: string;
}

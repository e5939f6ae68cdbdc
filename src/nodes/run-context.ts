// Defines the context of the nodes of a run. It adds a model client to that of every node.
import type { NodeContext, SharedStore } from '../flow/context.ts';
import type { ModelClient } from '../models/model.ts';
import type { Send } from '../net/message.ts';
import type { ToolCaller } from './mcp/tool-caller.ts';

/** The context of the built-in node types: it adds the models to that of a flow. */
export interface RunContext extends NodeContext {
  readonly models: ModelClient;
  /** Of the whole run; `signal` may be that of a visit or an item. */
  readonly runSignal?: AbortSignal;
  /** Sends the requests of http nodes; absent: over the network, through the proxies of `env`. */
  readonly send?: Send;
  /** Calls tools of MCP servers; absent in a run of a workflow without such nodes. */
  readonly tools?: ToolCaller;
  /** Shows the text of an answer as it comes; absent where nothing shows it. */
  readonly onModelText?: (part: ModelText) => void;
  /** Shows what a command writes as it comes; absent where nothing shows it. */
  readonly onCommandOutput?: (part: CommandOutputPart) => void;
  /** The model of nodes that name no model. */
  readonly defaultModel?: string;
  /** Runs nested workflows. */
  readonly nested?: NestedRunner;
}

/** A part of the text of an answer, and the node that requested it. */
export interface ModelText {
  /** The number of the call in the log; 0 in a run without a log. */
  readonly call: number;
  readonly node: string;
  /** Index of the item of a batch. */
  readonly item?: number;
  readonly text: string;
}

/** A part of what a command writes to stdout or stderr, and its node. */
export interface CommandOutputPart {
  readonly node: string;
  readonly bytes: Buffer;
}

/** Runs the workflow inside of a `workflow` node. */
export interface NestedRunner {
  /** Returns the declared outputs. Throws NodeFailure for a child that failed, with the path of its node. */
  run(call: NestedCall, context: RunContext): Promise<SharedStore>;
}

/** The params of a `workflow` node, with templates filled in. */
export interface NestedCall {
  /** A path, or the name of a saved workflow. */
  readonly workflow?: string | undefined;
  readonly ir?: Readonly<Record<string, unknown>> | undefined;
  readonly inputs: Readonly<Record<string, unknown>>;
}

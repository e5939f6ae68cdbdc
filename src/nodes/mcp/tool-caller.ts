// Defines how a node calls a tool of an MCP server. The run holds the connections.
import type { NodeContext } from '../../flow/context.ts';

export interface ToolCall {
  readonly server: string;
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** True for a tool that changes nothing: repeating it does no harm. */
  readonly isReading: boolean;
}

/** What a tool writes to the store. */
export interface ToolOutputs {
  readonly result: unknown;
  readonly attachments: unknown[];
}

/** How far a call is, as its server reports it. */
export interface ToolProgress {
  /** Id of the node. */
  readonly node: string;
  readonly item?: number;
  readonly progress: number;
  readonly total?: number;
  readonly message?: string;
}

export interface ToolCaller {
  /** Rejects with a NodeFailure, or with the reason of the signal of the context. */
  call(call: ToolCall, context: NodeContext): Promise<ToolOutputs>;
}

// What a run is given, and what it returns.
import type { PflowError } from '../errors.ts';
import type { EventData } from '../events/vocabulary.ts';
import type { RunEnd } from '../events/run-status.ts';
import type { ApprovalOptions } from '../wrappers/approval.ts';
import type { NodeWarning, SharedStore } from '../flow/context.ts';
import type { NodeType } from '../flow/node-type.ts';
import type { EventLog } from '../log/write/event-log.ts';
import type { LogHost } from '../log/write/log-host.ts';
import type { ModelClient, ModelRequest } from '../models/model.ts';
import type { ToolProgress } from '../nodes/mcp/tool-caller.ts';
import type { CommandOutputPart, ModelText, RunContext } from '../nodes/run-context.ts';
import type { Send } from '../net/message.ts';
import type { Plan, ReadyPlan } from '../planner/plan.ts';
import type { PlanningTask } from '../planner/planning-task.ts';
import type { KeyWriters } from '../wrappers/namespaced.ts';
import type { CallCounter } from '../wrappers/call-counter.ts';
import type { Recorder } from '../wrappers/recorder.ts';
import type { PreparedInputs } from '../workflow/prepare-inputs.ts';
import type { RunOutput } from '../workflow/choose-output.ts';
import type { NestedSource } from './nested/child-workflow.ts';
import type { ReadChildren } from './nested/read-children.ts';
import type { Workflow } from '../workflow/schema.ts';

/** How a run was started, for its log. */
export interface RunOrigin {
  /** Absolute path of the workflow file. */
  readonly workflowPath?: string;
  /** The command line, inputs without values. */
  readonly argv?: readonly string[];
  /** Recorded where it is given. */
  readonly cwd?: string;
  /** The model of nodes without one, if it was given for this run. */
  readonly model?: string;
  /** Labels by name. */
  readonly tags?: Readonly<Record<string, string>>;
}

/** The earlier run that a run continues, and what it left. */
export interface ResumedRun {
  /** Absent where the run itself goes on, in the log that it has. */
  readonly from?: NonNullable<EventData<'run.started'>['resumed_from']>;
  readonly recorder: Recorder;
  /** Visits of nodes in nested workflows, by path and item; restored nodes add theirs. */
  readonly visits: Map<string, number>;
  /** Numbers the model calls where the run itself goes on. */
  readonly calls?: CallCounter;
  /** Filled with the writers of restored keys, for workflows without namespacing. */
  readonly writers: KeyWriters;
}

/** What `runWorkflow` needs: a validated workflow, its inputs, the node types, the models and the surroundings. */
export interface RunRequest {
  readonly workflow: Workflow;
  /** The file as it was read, for the log. */
  readonly ir: Readonly<Record<string, unknown>>;
  readonly name: string;
  readonly source: 'file' | 'saved' | 'planner';
  readonly inputs: PreparedInputs;
  readonly registry: ReadonlyMap<string, NodeType<RunContext>>;
  /** The nested workflows; absent for a workflow without `workflow` nodes. */
  readonly nested?: NestedSource;
  /** Limits what a nested workflow may spend, in US dollars. Returns its `beforeCall`. Absent: no limit is kept. */
  readonly limitNested?: (limit: NestedLimit) => Promise<NonNullable<RunRequest['beforeCall']>>;
  readonly models: ModelClient;
  /** Sends the requests of http nodes; absent: over the network. */
  readonly send?: Send;
  /** Called before each model call, which waits for it; rejects to refuse it. It should then abort the run. */
  readonly beforeCall?: (request: ModelRequest, signal: AbortSignal) => Promise<void>;
  /** For nodes that name no model. */
  readonly defaultModel?: string;
  /** Without a log nothing is instrumented. It must be fresh: one log, one run. */
  readonly log?: EventLog;
  /** No node starts once the log has failed. */
  readonly logRequired?: boolean;
  /** Decides about nodes with `approval`. Absent: they wait, and the run pauses. */
  readonly approvals?: Approvals;
  /** Called once, after the last node. */
  readonly finalWarnings?: () => Promise<readonly RunWarning[]>;
  /** Aborted with a PflowError as its reason: the run ends with that error. */
  readonly signal: AbortSignal;
  /** When `--timeout` ends the run, in milliseconds of `performance.now()`; absent without a limit. */
  readonly endsAt?: number;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Fills the variables in the configuration of MCP servers; by default `env`. */
  readonly serverEnv?: Readonly<Record<string, string | undefined>>;
  /** Called with what MCP servers report about calls that go on. */
  readonly onToolProgress?: (progress: ToolProgress) => void;
  /** Called with each part of an answer that is streamed. */
  readonly onModelText?: (part: ModelText) => void;
  /** Called with each part of what commands write. */
  readonly onCommandOutput?: (part: CommandOutputPart) => void;
  readonly origin?: RunOrigin;
  /** The earlier run that this one continues; it needs a log. */
  readonly resumed?: ResumedRun;
  readonly host: LogHost;
  /** Version of pflow, for the log. */
  readonly version: string;
}

/** A run that begins with a sentence. */
export interface PlannedRequest extends Omit<RunRequest, 'workflow' | 'ir' | 'name' | 'source' | 'inputs'> {
  readonly task: PlanningTask;
  /** Reads the nested workflows of the plan; absent where workflows cannot be nested. */
  readonly readNested?: (ir: unknown, saved?: string) => Promise<ReadChildren>;
  /** Variables that the nodes of a new workflow do not see. By default the keys of the built-in providers. */
  readonly hiddenVariables?: ReadonlySet<string>;
  /** Called once there is a plan and before any of it runs; throws to refuse. Without it nothing runs. */
  readonly approve?: (plan: ReadyPlan) => Promise<void>;
}

/** Decides whether a node may run, and stops the run where it may not. */
export type Approvals = ApprovalOptions;

/** The limit of one nested workflow. */
export interface NestedLimit {
  readonly usd: number;
  /** Its model calls as events. */
  readonly log: Pick<EventLog, 'follow'>;
  /** Stops the nested workflow. */
  readonly controller: AbortController;
}

/** What may not be intended, and stopped nothing. */
export type RunWarning = NodeWarning;

/** A node that failed and was left by its `error` edge. */
export interface RecoveredNode {
  readonly node_id: string;
  readonly message: string;
}

/** How a run ended, and what it left. A failed run is an outcome, not a thrown error. */
export interface RunOutcome {
  readonly status: RunEnd;
  /** Present unless the status is `success`. */
  readonly error?: PflowError;
  /** Present when the status is `success`. */
  readonly output?: RunOutput;
  /** The node that ran last; present when the status is `success` and a workflow ran. */
  readonly lastNode?: string;
  /** The shared store at the end, whatever the status. */
  readonly shared: SharedStore;
  /** Nodes that failed and were left by their `error` edge. */
  readonly recovered: readonly RecoveredNode[];
  /** What may not be intended, besides recovered nodes and the warnings of the output. */
  readonly warnings?: readonly RunWarning[];
  /** Ids of the nodes that never ran, in document order; present when a workflow ran. */
  readonly notReached?: readonly string[];
  /** The workflow that ran; absent when planning failed or the plan was not approved. */
  readonly executed?: Pick<RunRequest, 'workflow' | 'inputs'>;
  /** Nested workflows that ran with secret inputs. */
  readonly nestedSecrets?: readonly Pick<RunRequest, 'workflow' | 'inputs'>[];
  /** The plan of a run that began with a sentence. Absent when planning was aborted or threw. */
  readonly plan?: Plan;
}

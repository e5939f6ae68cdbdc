// What a run is given, and what comes of it.
import type { PflowError } from '../errors.ts';
import type { SharedStore } from '../flow/context.ts';
import type { NodeType } from '../flow/node-type.ts';
import type { EventLog } from '../log/write/event-log.ts';
import type { LogHost } from '../log/write/log-host.ts';
import type { ModelClient, ModelRequest } from '../models/model.ts';
import type { RunContext } from '../nodes/run-context.ts';
import type { Plan, ReadyPlan } from '../planner/plan.ts';
import type { PlanningTask } from '../planner/planning-task.ts';
import type { ChosenOutput } from '../workflow/outputs.ts';
import type { Workflow } from '../workflow/schema.ts';

export interface RunRequest {
  readonly workflow: Workflow;
  /** The file as it was read, for the log. */
  readonly ir: Readonly<Record<string, unknown>>;
  readonly name: string;
  readonly source: 'file' | 'saved' | 'planner';
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Names of the inputs whose values must not be shown. */
  readonly secretInputs?: readonly string[];
  readonly registry: ReadonlyMap<string, NodeType<RunContext>>;
  readonly models: ModelClient;
  /** Asked before each model call; throws to refuse it. The refusal should abort `signal`, or a retry asks again. */
  readonly beforeCall?: (request: ModelRequest) => void;
  /** The model of nodes that name none. */
  readonly defaultModel?: string;
  /** Without a log nothing is instrumented. It must be fresh: one log, one run. */
  readonly log?: EventLog;
  /** No node starts once the log has failed. */
  readonly logRequired?: boolean;
  /** Aborted with a PflowError as its reason: the run ends with that error. */
  readonly signal: AbortSignal;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly host: LogHost;
  /** Version of pflow, for the log. */
  readonly version: string;
}

/** A run that begins with a sentence. */
export interface PlannedRequest extends Omit<
  RunRequest,
  'workflow' | 'ir' | 'name' | 'source' | 'inputs' | 'secretInputs'
> {
  readonly task: PlanningTask;
  /** Asked once there is a plan and before anything of it runs; throws to refuse. Without it nothing runs. */
  readonly approve?: (plan: ReadyPlan) => Promise<void>;
}

export interface RecoveredNode {
  readonly node_id: string;
  readonly message: string;
}

export interface RunOutcome {
  readonly status: 'success' | 'failed' | 'interrupted';
  /** Present unless the status is `success`. */
  readonly error?: PflowError;
  /** Present when the status is `success`. */
  readonly output?: ChosenOutput;
  readonly lastNode?: string;
  /** The shared store at the end, whatever the end was. */
  readonly shared: SharedStore;
  /** Nodes that failed and were left by their `error` edge. */
  readonly recovered: readonly RecoveredNode[];
}

export interface PlannedOutcome extends RunOutcome {
  /** Absent when planning broke off. */
  readonly plan?: Plan;
  /** Something of the plan has run. */
  readonly hasRun: boolean;
}

// The library `pflow`: run workflows, keep and read logs, write node types. Projections of logs are a library of
// their own, `pflow/projections`, which needs none of this.

// Run a workflow
export { runFile, type RunFileOptions } from './run/run-workflow-file.ts';
export { resumeRun, type ResumeRunOptions } from './run/resume/resume-run.ts';
export { runWorkflow } from './run/run-workflow.ts';
export type { RecoveredNode, RunOutcome, RunRequest } from './run/run-request.ts';
export { Interruption } from './run/interruption.ts';

// Plan a workflow from a sentence
export { runPlanned } from './run/run-planned.ts';
export type { PlannedRequest } from './run/run-request.ts';
export { planWorkflow } from './planner/plan-workflow.ts';
export type { FailedPlan, Plan, ReadyPlan } from './planner/plan.ts';
export type { PlannerContext, PlanningTask, ReusableWorkflow } from './planner/planning-task.ts';
export { findRisks, type Risk, type RiskFacts } from './workflow/risks.ts';

// Read and check a workflow file
export { parseWorkflow } from './workflow/parse-workflow.ts';
export { assertValid, validateWorkflow } from './workflow/validate.ts';
export { prepareInputs, type InputSources, type PreparedInputs } from './workflow/prepare-inputs.ts';
export { chooseOutput, type RunOutput } from './workflow/choose-output.ts';
export type { Workflow, WorkflowFile, WorkflowNode } from './workflow/schema.ts';

// Open a saved workflow
export { openSaved } from './home/saved-workflows/read-saved.ts';
export type { SavedWorkflow } from './home/saved-workflows/saved-workflow.ts';

// Keep a log
export type { EventLog, LogState } from './log/write/event-log.ts';
export { openMemoryLog, type MemoryLog, type MemoryLogOptions } from './log/write/memory-log.ts';
export { openNdjsonLog, type NdjsonLogOptions } from './log/write/ndjson-log.ts';
export { createRedactor, type KnownSecrets, type Redactor } from './log/secrets/redaction.ts';
export { systemLogHost, type LogHost } from './log/write/log-host.ts';

// Read a log
export { readLog } from './log/read/read-log.ts';
export { readPipedLog } from './log/read/read-piped-log.ts';
export { corruptionError, type Finding, type LogEnd, type ReadReport } from './log/read/reading-report.ts';

// Replay logs, as `pflow replay` and `pflow spend` do
export { findLogs, type FoundLog, type FoundLogs } from './replay/find-logs.ts';
export { replayLogs, type ReplayedLogs } from './replay/replay-logs.ts';
export type { ReplayOptions, SpendQuery } from './replay/replay-options.ts';
export type { LogMarks, LogNote } from './replay/log-notes.ts';

// The events of a log
export { FORMAT, VOCABULARY, type EventData, type EventType, type Level } from './events/vocabulary.ts';
export type { EventDraft, EventOf, LogEvent, Phase, EventPlace } from './events/event.ts';
export type { Usage } from './events/usage.ts';

// Write a node type
export { defineNodeType, type NodeDefinition, type NodeResult } from './nodes/define-node-type.ts';
export { next, type NextAction } from './nodes/next-action.ts';
export { loadNodeModule, type NodeKit } from './nodes/load-module.ts';
export { z } from 'zod';
export type { RunContext } from './nodes/run-context.ts';
export { loadNodeTypes, NODE_TYPE_NAMES } from './nodes/registry.ts';
export { Node, type Params, type Retry } from './flow/node.ts';
export { Flow, type FlowOptions, type FlowOutcome } from './flow/flow.ts';
export type { Layer } from './flow/layer.ts';
export { NodeFailure, type FailureFacts } from './flow/node-failure.ts';
export type { Effect, NodeType } from './flow/node-type.ts';
export type { Action, NodeContext, SharedStore } from './flow/context.ts';

// Call a model
export type { CallDetails, ModelAnswer, ModelClient, ModelRequest } from './models/model.ts';
export { createProviderClient, type ProviderAccess } from './models/provider-client.ts';
export { createRecordedAnswers, type RecordedAnswer } from './models/recorded-answers.ts';

// Errors
export { ERROR_CODES, PflowError, type ErrorCode, type ErrorFacts } from './errors.ts';
export { exitCodeOf } from './exit-codes.ts';

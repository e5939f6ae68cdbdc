// Defines the vocabulary of a log of format 1: one row per event type, with its level and the moment at which it is
// appended. `docs/events.md` is generated from this table.
import type * as z from 'zod';
import { itemProduced, outputProduced, storeChanged, templateResolved } from './content-events.ts';
import { llmAnswered, llmCompleted, llmFailed, llmPrompted, llmSent } from './llm-events.ts';
import {
  batchStarted,
  nodeApproval,
  nodeCompleted,
  nodeFailed,
  nodeRestored,
  nodeRetried,
  nodeStarted,
} from './node-events.ts';
import {
  plannerCompleted,
  plannerStarted,
  runCompleted,
  runStarted,
  warningRaised,
  workflowCompleted,
  workflowStarted,
} from './run-events.ts';

/** The version of the log format that is written and read. */
export const FORMAT = 1;

/** How much a log keeps: numbers only (`metrics`), or the content too (`trace`). */
export type Level = 'metrics' | 'trace';

interface EventKind<Schema extends z.ZodType = z.ZodType> {
  readonly level: Level;
  readonly schema: Schema;
  /** When it is appended, and by what. */
  readonly when: string;
}

const metrics = <S extends z.ZodType>(schema: S, when: string): EventKind<S> => ({
  level: 'metrics',
  schema,
  when,
});
const trace = <S extends z.ZodType>(schema: S, when: string): EventKind<S> => ({
  level: 'trace',
  schema,
  when,
});

/** Maps every event type to its level, its schema (zod) and when it is appended. */
export const VOCABULARY = {
  'run.started': metrics(runStarted, 'first, by the run'),
  'run.completed': metrics(runCompleted, 'last, by the run; missing if the run crashed or is still running'),
  'planner.started': metrics(plannerStarted, 'before the first planner node'),
  'planner.completed': metrics(plannerCompleted, 'after the last planner node'),
  'workflow.started': metrics(workflowStarted, 'before the first workflow node'),
  'workflow.completed': metrics(workflowCompleted, 'after the last workflow node'),
  'node.started': metrics(nodeStarted, 'by the instrumented wrapper, before the node does anything'),
  'node.completed': metrics(nodeCompleted, 'by the instrumented wrapper, when the node returned an action'),
  'node.failed': metrics(nodeFailed, 'by the instrumented wrapper, when the node threw or returned "error"'),
  'node.restored': metrics(
    nodeRestored,
    'by the instrumented wrapper instead of running a node that an earlier run completed',
  ),
  'node.approval': metrics(
    nodeApproval,
    'when a node that needs approval was approved, denied, or has to wait',
  ),
  'batch.started': metrics(
    batchStarted,
    'when the items of a batch are known, before the first one; of the node as a whole',
  ),
  'node.retried': metrics(nodeRetried, 'when an attempt failed and another one follows'),
  'llm.sent': metrics(
    llmSent,
    'when the request of a model call is on its way: from then on it may be billed, also without an end',
  ),
  'llm.completed': metrics(llmCompleted, 'when an answer has been consumed, before it is parsed or checked'),
  'llm.failed': metrics(llmFailed, 'when a model call ended without an answer'),
  'warning.raised': metrics(
    warningRaised,
    'when something went differently than planned and the run continues',
  ),
  'llm.prompted': trace(llmPrompted, 'before a model call'),
  'llm.answered': trace(llmAnswered, 'after llm.completed, with the words'),
  'template.resolved': trace(templateResolved, 'when a param that contains a template was resolved'),
  'store.changed': trace(storeChanged, 'after a node, with its changes; the first one has the initial store'),
  'item.produced': trace(
    itemProduced,
    'when an item of a batch ended, before its node.completed or node.failed; of a failure also inside of an item',
  ),
  'output.produced': trace(outputProduced, 'at the end, once for each output of the workflow'),
} as const;

/** Names of the event types of format 1, without custom types (`x.…`). */
export type EventType = keyof typeof VOCABULARY;
export type ExtensionType = `x.${string}`;

export const EVENT_TYPES = Object.keys(VOCABULARY) as readonly EventType[];

/** The payload of an event of type `T`. */
export type EventData<T extends EventType = EventType> = z.infer<(typeof VOCABULARY)[T]['schema']>;

export function isEventType(type: string): type is EventType {
  return Object.hasOwn(VOCABULARY, type);
}

export function isExtensionType(type: string): type is ExtensionType {
  return type.startsWith('x.') && type.length > 2;
}

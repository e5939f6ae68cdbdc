// Records what a node does as events, in its outermost layer. The layer changes nothing that the node sees, and a run
// without a log does not have it.
import type { EventData } from '../events/vocabulary.ts';
import type { EventLog } from '../log/write/event-log.ts';
import type { Phase, EventPlace } from '../events/event.ts';
import type { Action, NodeContext, NodeObserver, SharedStore } from '../flow/context.ts';
import { readStoredError } from '../flow/flow.ts';
import type { Layer, RunNode } from '../flow/layer.ts';
import type { Node } from '../flow/node.ts';
import { NodeFailure } from '../flow/node-failure.ts';
import { PflowError } from '../errors.ts';
import type { ModelAnswer, ModelClient } from '../models/model.ts';
import { present } from '../values/present.ts';
import { isSecretName } from '../log/secrets/secret-names.ts';
import { isPause } from './approval.ts';
import { runAsCurrentNode, type CurrentNode } from './current-node.ts';
import { toErrorData } from './to-error-data.ts';
import { findInexact } from './find-inexact.ts';
import { isAbortOf, ItemStopped } from './item-stopped.ts';
import { readUnmanagedUsage, recordUnmanagedUsage } from './unmanaged-usage.ts';
import type { CallCounter } from './call-counter.ts';
import { recordNode, type ResumedNodes } from './record-node.ts';
import type { RecordedStore, TouchedPath } from './recorded-store.ts';

export interface Instruments {
  readonly log: EventLog;
  readonly phase: Phase;
  /** Milliseconds of the monotonic clock. */
  readonly monotonic: () => number;
  readonly calls: CallCounter;
  /** Finds the changes of the store; at level trace only. */
  readonly store?: RecordedStore;
  /** Holds what an earlier run recorded; only in a run that continues one. */
  readonly resumed?: ResumedNodes;
  /** Starts no further node once the log has failed. */
  readonly logRequired?: boolean;
  /** Names the secret inputs of the workflow that is nested in a node. */
  readonly secretsOf?: (nodeId: string) => readonly string[];
}

export function createInstrumentedLayer<C extends ModelContext>(instruments: Instruments): Layer<C> {
  return {
    name: 'instrumented',
    run: (node, shared, context, inner) =>
      new Observation(instruments, node, context).run(shared, context, inner),
  };
}

/** The context of a node that may call a model. */
export type ModelContext = NodeContext & { readonly models: ModelClient };

/** The type of nodes that run a workflow. Its nodes record their calls, and its outputs may repeat their usage. */
const NESTING_TYPE = 'workflow';

/** Observes one run of a node and wraps its model client. */
class Observation<C extends ModelContext> implements NodeObserver, ModelClient {
  private readonly instruments: Instruments;
  private readonly node: Node<C>;
  private readonly models: ModelClient;
  private readonly current: CurrentNode;
  private readonly secretParams: readonly string[];
  private touchedPaths: Map<string, TouchedPath> | undefined;

  constructor(instruments: Instruments, node: Node<C>, context: C) {
    this.instruments = instruments;
    this.node = node;
    this.models = context.models;
    this.current = { place: createPlace(instruments.phase, node.id, context), attempt: 1, calls: 0 };
    this.secretParams = instruments.secretsOf?.(node.id) ?? [];
  }

  run(shared: SharedStore, context: C, inner: RunNode<C>): Promise<Action> {
    const { resumed, log } = this.instruments;
    if (resumed === undefined) return this.observe(shared, context, inner);
    const observe = (): Promise<Action> => this.observe(shared, context, inner);
    const { place } = this.current;
    const changes = {
      appendChanges: () => {
        this.appendChanges();
      },
      adoptChanges: () => {
        this.takeChanges();
      },
    };
    return recordNode(
      { resumed, log, place, node: this.node, observer: this, ...changes, observe },
      shared,
      context,
    );
  }

  private async observe(shared: SharedStore, context: C, inner: RunNode<C>): Promise<Action> {
    const { log, monotonic } = this.instruments;
    if (this.instruments.logRequired === true && !log.state.complete) throw incompleteLogError(log);
    const node_type = this.node.type;
    log.append({ type: 'node.started', ...this.current.place, data: { node_type } });
    const start = monotonic();
    const usage = readUnmanagedUsage(shared, this.node.id);
    try {
      const action = await inner(this.node, shared, { ...context, models: this, observer: this });
      const duration_ms = measureElapsed(start, monotonic());
      this.finish(shared, usage, duration_ms);
      if (action === 'error') {
        const error = { name: 'Error', message: readStoredError(shared, this.node.id) };
        log.append({ type: 'node.failed', ...this.current.place, data: { node_type, duration_ms, error } });
      } else {
        this.appendItem(context);
        log.append({
          type: 'node.completed',
          ...this.current.place,
          data: { node_type, action, duration_ms },
        });
      }
      return action;
    } catch (error) {
      const duration_ms = measureElapsed(start, monotonic());
      this.finish(shared, usage, duration_ms);
      // A node that waits has not ended: it runs when the run is resumed.
      if (isPause(error)) throw error;
      this.appendFailedItem(error);
      const data = { node_type, duration_ms, error: toErrorData(stopOf(error, context)) };
      log.append({ type: 'node.failed', ...this.current.place, data });
      throw error;
    }
  }

  /** Calls the model on behalf of this run of the node. */
  answer(...call: Parameters<ModelClient['answer']>): Promise<ModelAnswer> {
    return runAsCurrentNode(this.current, () => this.models.answer(...call));
  }

  touched(path: TouchedPath): void {
    if (this.store === undefined) return;
    this.touchedPaths ??= new Map();
    this.touchedPaths.set(path.length === 1 ? path[0] : `${path[0]}\u0000${path[1]}`, path);
  }

  templateResolved(param: string, template: unknown, value: unknown): void {
    const { log } = this.instruments;
    if (typeof value === 'string' && isSecretName(param)) log.registerSecret(param, value);
    if (param === 'inputs' && this.secretParams.length > 0) registerMembers(log, this.secretParams, value);
    if (log.level !== 'trace') return;
    log.append({ type: 'template.resolved', ...this.current.place, data: { param, template, value } });
  }

  approvalDecided(decision: 'approved' | 'denied' | 'waiting'): void {
    this.instruments.log.append({ type: 'node.approval', ...this.current.place, data: { decision } });
  }

  batchStarted(items: number): void {
    this.instruments.log.append({ type: 'batch.started', ...this.current.place, data: { items } });
  }

  attemptStarted(attempt: number): void {
    this.current.attempt = attempt;
  }

  attemptFailed(attempt: number, error: unknown, waitMs: number): void {
    this.instruments.log.append({
      type: 'node.retried',
      ...this.current.place,
      attempt,
      data: { error: toErrorData(error), wait_ms: waitMs },
    });
  }

  /**
   * Is undefined for an item of a batch, which has a store of its own. The batch as a whole changes that of the
   * workflow.
   */
  private get store(): RecordedStore | undefined {
    return this.current.place.item === undefined ? this.instruments.store : undefined;
  }

  private finish(shared: SharedStore, usageBefore: unknown, durationMs: number): void {
    const { log, calls } = this.instruments;
    const { store } = this;
    if (this.current.calls === 0 && this.node.type !== NESTING_TYPE) {
      const raw = readUnmanagedUsage(shared, this.node.id);
      if (raw !== usageBefore)
        recordUnmanagedUsage(log, { place: this.current.place, calls, raw, durationMs });
    }
    if (store === undefined) return;
    if (this.current.calls > 0) this.touched(['__llm_calls__']);
    this.appendChanges();
  }

  private appendChanges(): void {
    const data = this.takeChanges();
    if (data.patches.length > 0)
      this.instruments.log.append({ type: 'store.changed', ...this.current.place, data });
  }

  /** Returns the changes since they were last taken. */
  private takeChanges(): EventData<'store.changed'> {
    const { store } = this;
    const patches = store?.changes(this.touchedPaths?.values() ?? []) ?? [];
    return { patches, ...present({ inexact: store?.takeInexact() }) };
  }

  /** Records what a node wrote in spite of its failure. Of an item, and of nodes inside of it, no store has it. */
  private appendFailedItem(error: unknown): void {
    const { log } = this.instruments;
    if (this.current.place.item === undefined || log.level !== 'trace') return;
    if (!(error instanceof NodeFailure) || Object.keys(error.outputs).length === 0) return;
    log.append({ type: 'item.produced', ...this.current.place, data: itemData(error.outputs, log) });
  }

  /** Records what an item of a batch wrote: the batch itself changes the store once, at its end. */
  private appendItem({ node = this.node.id, itemOutputs }: C): void {
    const { log } = this.instruments;
    if (itemOutputs?.node !== node || log.level !== 'trace') return;
    log.append({ type: 'item.produced', ...this.current.place, data: itemData(itemOutputs.outputs, log) });
  }
}

/** A node or an item that was stopped has one error, however it ended. */
function stopOf(error: unknown, { signal }: NodeContext): unknown {
  const reason: unknown = signal.reason;
  const isStop = reason instanceof ItemStopped || reason instanceof PflowError;
  return isStop && isAbortOf(error, signal) ? reason : error;
}

/** The outputs of an item in the form of the log. */
function itemData(outputs: SharedStore, log: EventLog): EventData<'item.produced'> {
  const form = log.copyForLog(outputs) as SharedStore;
  const inexact = findInexact(outputs, form, []);
  return { outputs: form, ...(inexact.length === 0 ? {} : { inexact }) };
}

function createPlace(phase: Phase, id: string, { node = id, visit = 1, item }: NodeContext): EventPlace {
  if (item === undefined) return visit === 1 ? { phase, node } : { phase, node, visit };
  return visit === 1 ? { phase, node, item } : { phase, node, visit, item };
}

/** Registers the members of these names as secrets, before the value is recorded. */
function registerMembers(log: EventLog, names: readonly string[], value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const name of names) {
    const secret: unknown = (value as Record<string, unknown>)[name];
    if (typeof secret === 'string' || typeof secret === 'number' || typeof secret === 'bigint')
      log.registerSecretScalar(name, secret);
  }
}

/** Milliseconds, to the microsecond that the clock resolves. */
function measureElapsed(start: number, end: number): number {
  return Math.max(0, Math.round((end - start) * 1000) / 1000);
}

function incompleteLogError(log: EventLog): PflowError {
  const cause = log.state.poisoned;
  return new PflowError(
    'LOG_INCOMPLETE',
    `the log failed and --log-required was given: ${cause?.message ?? ''}`,
    {
      hint: 'Free the disk or choose another folder with --log.',
      cause,
    },
  );
}

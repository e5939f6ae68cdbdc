// The Instrumented layer, outermost: says what a node does while it does it. It changes nothing the node
// sees. Without a log it is not in the chain at all.
import type { EventLog } from '../log/write/event-log.ts';
import type { Phase, EventPlace } from '../events/event.ts';
import type { Action, NodeContext, NodeObserver, SharedStore } from '../flow/context.ts';
import type { Layer, RunNode } from '../flow/layer.ts';
import type { Node } from '../flow/node.ts';
import { PflowError } from '../errors.ts';
import type { ModelAnswer, ModelClient, ModelRequest } from '../models/model.ts';
import { isSecretName } from '../log/secrets/secret-names.ts';
import { runAsCurrentNode, type CurrentNode } from './current-node.ts';
import { toErrorData } from './error-data.ts';
import { readUnmanagedUsage, logUnmanagedUsage } from './unmanaged-usage.ts';
import type { CallCounter } from './call-counter.ts';
import type { RecordedStore, TouchedPath } from './recorded-store.ts';

export interface Instruments {
  readonly log: EventLog;
  readonly phase: Phase;
  /** Milliseconds of the monotonic clock. */
  readonly monotonic: () => number;
  readonly calls: CallCounter;
  /** Where changes of the store are found; trace level only. */
  readonly store?: RecordedStore;
  /** A node does not start once the log has failed. */
  readonly logRequired?: boolean;
}

export function instrumented<C extends ModelContext>(instruments: Instruments): Layer<C> {
  return {
    name: 'instrumented',
    run: (node, shared, context, inner) =>
      new Observation(instruments, node, context).run(shared, context, inner),
  };
}

/** What a node is given that may ask a model. */
export type ModelContext = NodeContext & { readonly models: ModelClient };

/** One node run as it is watched. */
class Observation<C extends ModelContext> implements NodeObserver, ModelClient {
  private readonly instruments: Instruments;
  private readonly node: Node<C>;
  private readonly models: ModelClient;
  private readonly scope: CurrentNode;
  private touchedPaths: Map<string, TouchedPath> | undefined;

  constructor(instruments: Instruments, node: Node<C>, context: C) {
    this.instruments = instruments;
    this.node = node;
    this.models = context.models;
    this.scope = { place: placeOf(instruments.phase, node.id, context), attempt: 1, calls: 0 };
  }

  async run(shared: SharedStore, context: C, inner: RunNode<C>): Promise<Action> {
    const { log, monotonic } = this.instruments;
    if (this.instruments.logRequired === true && !log.state.complete) throw incompleteLogError(log);
    const node_type = this.node.type;
    log.append({ type: 'node.started', ...this.scope.place, data: { node_type } });
    const start = monotonic();
    const usage = readUnmanagedUsage(shared, this.node.id);
    try {
      const action = await inner(this.node, shared, { ...context, models: this, observer: this });
      const duration_ms = elapsed(start, monotonic());
      this.finish(shared, usage, duration_ms);
      if (action === 'error') {
        const error = { name: 'Error', message: errorText(shared, this.node.id) };
        log.append({ type: 'node.failed', ...this.scope.place, data: { node_type, duration_ms, error } });
      } else {
        log.append({ type: 'node.completed', ...this.scope.place, data: { node_type, action, duration_ms } });
      }
      return action;
    } catch (error) {
      const duration_ms = elapsed(start, monotonic());
      this.finish(shared, usage, duration_ms);
      const data = { node_type, duration_ms, error: toErrorData(error) };
      log.append({ type: 'node.failed', ...this.scope.place, data });
      throw error;
    }
  }

  /** The client as this node run has it. */
  answer(request: ModelRequest, signal: AbortSignal, caller?: string): Promise<ModelAnswer> {
    return runAsCurrentNode(this.scope, () => this.models.answer(request, signal, caller));
  }

  touched(path: TouchedPath): void {
    if (this.instruments.store === undefined) return;
    this.touchedPaths ??= new Map();
    this.touchedPaths.set(path.length === 1 ? path[0] : `${path[0]}\u0000${path[1]}`, path);
  }

  templateResolved(param: string, template: unknown, value: unknown): void {
    const { log } = this.instruments;
    if (typeof value === 'string' && isSecretName(param)) log.registerSecret(param, value);
    if (log.level !== 'trace') return;
    log.append({ type: 'template.resolved', ...this.scope.place, data: { param, template, value } });
  }

  attemptStarted(attempt: number): void {
    this.scope.attempt = attempt;
  }

  attemptFailed(attempt: number, error: unknown, waitMs: number): void {
    this.instruments.log.append({
      type: 'node.retried',
      ...this.scope.place,
      attempt,
      data: { error: toErrorData(error), wait_ms: waitMs },
    });
  }

  private finish(shared: SharedStore, usageBefore: unknown, durationMs: number): void {
    const { log, store, calls } = this.instruments;
    if (this.scope.calls === 0) {
      const left = readUnmanagedUsage(shared, this.node.id);
      if (left !== usageBefore)
        logUnmanagedUsage(log, { place: this.scope.place, calls, usage: left, durationMs });
    }
    if (store === undefined) return;
    if (this.scope.calls > 0) this.touched(['__llm_calls__']);
    const patches = store.changes(this.touchedPaths?.values() ?? []);
    if (patches.length > 0) log.append({ type: 'store.changed', ...this.scope.place, data: { patches } });
  }
}

function placeOf(phase: Phase, node: string, { visit = 1, item }: NodeContext): EventPlace {
  if (item === undefined) return visit === 1 ? { phase, node } : { phase, node, visit };
  return visit === 1 ? { phase, node, item } : { phase, node, visit, item };
}

/** Milliseconds to the microsecond: what the clock can tell. */
function elapsed(start: number, end: number): number {
  return Math.max(0, Math.round((end - start) * 1000) / 1000);
}

function errorText(shared: SharedStore, id: string): string {
  const own = shared[id];
  const text = typeof own === 'object' && own !== null ? (own as SharedStore)['error'] : shared['error'];
  return typeof text === 'string' ? text : 'it returned "error"';
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

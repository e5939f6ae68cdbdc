// Runs nested workflows in the run of their parent: the same log, the same models, a store of their own.
import type { EventPlace } from '../../events/event.ts';
import type { NodeWarning, SharedStore } from '../../flow/context.ts';
import { NodeFailure } from '../../flow/node-failure.ts';
import type { NestedCall, NestedRunner, RunContext } from '../../nodes/run-context.ts';
import { present } from '../../values/present.ts';
import { compileWorkflow } from '../../workflow/compile.ts';
import type { Flow } from '../../flow/flow.ts';
import { prepareNestedInputs, type PreparedInputs } from '../../workflow/prepare-inputs.ts';
import { chooseOutput } from '../../workflow/choose-output.ts';
import { findUnreached, type ReturnedActions } from '../../workflow/unreached.ts';
import { PflowError } from '../../errors.ts';
import { stopsRun } from '../../flow/stops-run.ts';
import { isPause } from '../../wrappers/approval.ts';
import { clientWithHistory } from '../call-history.ts';
import { guardedClient } from '../call-guard.ts';
import { failureOf } from '../failure.ts';
import type { NestedInstruments, RunInstruments } from '../instrument-run.ts';
import { createNodeDecorator } from '../node-layers.ts';
import type { RecoveredNode, RunRequest } from '../run-request.ts';
import type { ChildWorkflow, NestedSource } from './child-workflow.ts';
import { withNestedSecrets, secretInputsOf } from './nested-secrets.ts';

/** What all nested workflows of a run share. */
export interface NestedFrame {
  readonly instruments: RunInstruments | undefined;
  readonly limitNested: RunRequest['limitNested'];
  readonly approvals: RunRequest['approvals'];
  readonly warn: (warning: NodeWarning) => void;
  readonly recovered: RecoveredNode[];
  /** Paths of nodes that a nested workflow did not reach. */
  readonly notReached: Set<string>;
  /** Nested workflows with secret inputs. */
  readonly withSecrets: Pick<RunRequest, 'workflow' | 'inputs'>[];
  /** Visits so far, by path and item: a nested workflow may run many times. */
  readonly visits: Map<string, number>;
}

interface ChildRun {
  readonly child: ChildWorkflow;
  readonly inputs: PreparedInputs;
  /** Path of the node whose workflow this is. */
  readonly path: string;
  readonly context: RunContext;
  readonly shared: SharedStore;
  readonly started: NestedInstruments | undefined;
}

/** Runs the workflows that are nested in one workflow. */
export class NestedRuns implements NestedRunner {
  private readonly frame: NestedFrame;
  private readonly source: NestedSource;

  constructor(frame: NestedFrame, source: NestedSource) {
    this.frame = frame;
    this.source = source;
  }

  async run(call: NestedCall, context: RunContext): Promise<SharedStore> {
    const { node: path = '' } = context;
    const child = await this.find(call, path);
    const given = prepareNestedInputs(child.workflow, call.inputs);
    const inputs = withNestedSecrets(child.workflow, given, child.children);
    const shared: SharedStore = { ...inputs.values };
    const started = this.start({ child, inputs, path, context, shared });
    try {
      const outputs = await this.execute({ child, inputs, path, context, shared, started });
      started?.complete('success');
      return outputs;
    } catch (thrown) {
      if (!isPause(thrown)) started?.complete('failed');
      throw thrown;
    }
  }

  /** A node with a path that is written out was read together with its workflow. */
  private async find({ workflow }: NestedCall, path: string): Promise<ChildWorkflow> {
    const known = this.source.children.get(path.slice(path.lastIndexOf('/') + 1));
    if (known !== undefined) return known;
    if (workflow !== undefined) return this.source.load(workflow);
    throw new PflowError('WORKFLOW_INVALID', 'the nested workflow was not read before the run', {
      hint: 'Run the workflow with runFile, which reads nested workflows.',
    });
  }

  private start({ child, inputs, path, context, shared }: Omit<ChildRun, 'started'>): ChildRun['started'] {
    const { instruments, withSecrets } = this.frame;
    if (inputs.secrets.length > 0) withSecrets.push({ workflow: child.workflow, inputs });
    const { visit = 1, item } = context;
    const place: EventPlace = {
      phase: 'workflow',
      node: path,
      ...(visit === 1 ? {} : { visit }),
      ...present({ item }),
    };
    const facts = { ...child, inputs, path, place, ...present({ secretsOf: secretInputsOf(child) }) };
    return instruments?.startNested(facts, shared);
  }

  private async execute(run: ChildRun): Promise<SharedStore> {
    const { child, context, path } = run;
    const { models, controller, release } = await this.limit(child, context);
    const signal = controller?.signal ?? context.signal;
    const returned = new Map<string, Set<string>>();
    try {
      const flow = this.compile(run, returned);
      const client = clientWithHistory(models, run.shared);
      const outcome = await flow.run(run.shared, this.childContext(run, client, signal));
      this.warnOfUnreached(run, returned, outcome.lastNode);
      return this.outputsOf(run, outcome.lastNode);
    } catch (thrown) {
      context.signal.throwIfAborted();
      if (stopsRun(thrown)) throw thrown;
      const { error } = failureOf(thrown, signal);
      const { message, code, hint, details, node_id = path } = error;
      // Repeated only where the workflow has `retry`: the nested workflow may have had effects.
      const retryable = controller?.signal.aborted !== true;
      const facts = { code, details, node_id, retryable, mayHaveActed: true, cause: error };
      throw new NodeFailure(message, { ...facts, ...present({ hint }) });
    } finally {
      release();
      context.observer?.touched(['__llm_calls__']);
    }
  }

  private compile(
    { child, inputs, path, context, started }: ChildRun,
    returned: Map<string, Set<string>>,
  ): Flow<RunContext> {
    const { workflow, registry, children } = child;
    const { frame } = this;
    const numberVisit = (of: string, item: number | undefined): number => {
      const key = `${of}\u0000${String(item ?? '')}`;
      const number = (frame.visits.get(key) ?? 0) + 1;
      frame.visits.set(key, number);
      return number;
    };
    const layers = {
      workflow,
      inputs: inputs.values,
      registry,
      children,
      approvals: frame.approvals,
      numberVisit: (of: string) => numberVisit(of, undefined),
      ...present({ instrumented: started?.layer }),
    };
    return compileWorkflow(workflow, {
      registry,
      path: `${path}/`,
      decorate: createNodeDecorator(layers),
      ...(started === undefined ? {} : { numberVisit: (of: string) => numberVisit(of, context.item) }),
      onRecovered: ({ id }, message) => {
        const node_id = `${path}/${id}`;
        frame.recovered.push({ node_id, message });
        frame.instruments?.events.nodeRecovered('workflow', node_id, message);
      },
      onEntered: ({ id }) => {
        if (!returned.has(id)) returned.set(id, new Set());
      },
      onLeft: ({ id }, action) => {
        returned.get(id)?.add(action);
      },
    });
  }

  /** The child sees none of the values of its parent: neither its store nor the item of its batch. */
  private childContext(
    { child, path, context }: ChildRun,
    models: RunContext['models'],
    signal: AbortSignal,
  ): RunContext {
    const { runSignal, cwd, env, send, tools, defaultModel, endsAt, item } = context;
    const { onModelText, onCommandOutput } = context;
    return {
      signal,
      models,
      env,
      cwd: child.cwd ?? cwd,
      nested: new NestedRuns(this.frame, child),
      warn: ({ node_id, message, ...warning }) => {
        const inside = node_id === undefined ? path : `${path}/${node_id}`;
        const text = node_id === undefined ? message : message.replace(`"${node_id}"`, `"${inside}"`);
        this.frame.warn({ ...warning, message: text, node_id: inside });
      },
      ...present({ runSignal, send, tools, defaultModel, endsAt, item, onModelText, onCommandOutput }),
    };
  }

  private async limit(
    { workflow: { max_cost_usd } }: ChildWorkflow,
    { models, signal }: RunContext,
  ): Promise<ChildLimit> {
    const { limitNested } = this.frame;
    if (max_cost_usd === undefined || limitNested === undefined)
      return { models, controller: undefined, release: () => undefined };
    const { recordCalls } = await import('./recorded-calls.ts');
    const { client, log } = recordCalls(models);
    const controller = new AbortController();
    const beforeCall = await limitNested({ usd: max_cost_usd, log, controller });
    const follow = (): void => {
      controller.abort(signal.reason);
    };
    signal.addEventListener('abort', follow, { once: true });
    if (signal.aborted) follow();
    return {
      models: guardedClient(client, beforeCall),
      controller,
      release: () => {
        signal.removeEventListener('abort', follow);
      },
    };
  }

  private outputsOf({ child, inputs, shared, path }: ChildRun, lastNode: string): SharedStore {
    const { workflow } = child;
    if (Object.keys(workflow.outputs ?? {}).length === 0) {
      const message = `the workflow in "${path}" declares no outputs, so the node writes nothing`;
      this.warnOnce({ code: 'NESTED_WITHOUT_OUTPUTS', message, node_id: path });
      return {};
    }
    const source = { workflow, inputs: inputs.values, store: shared, lastNode };
    const { produced, warnings } = chooseOutput(source);
    for (const { code, message } of warnings)
      this.frame.warn({ code, message: `workflow in "${path}": ${message}`, node_id: path });
    return { ...produced };
  }

  private warnOfUnreached({ child, path }: ChildRun, returned: ReturnedActions, lastNode: string): void {
    const { workflow, registry } = child;
    if (returned.size === workflow.nodes.length) return;
    const { nodes, unexplained } = findUnreached(workflow, returned, registry);
    for (const id of nodes) this.frame.notReached.add(`${path}/${id}`);
    if (unexplained.length === 0) return;
    const ids = unexplained.map((id) => `"${path}/${id}"`).join(', ');
    const what = unexplained.length === 1 ? `node ${ids}` : `nodes ${ids}`;
    const message = `${what} did not run: the workflow in "${path}" ended at "${path}/${lastNode}"`;
    this.frame.warn({ code: 'NODES_NOT_REACHED', message, node_id: path });
  }

  private warnOnce(warning: NodeWarning): void {
    const { visits, warn } = this.frame;
    const key = `warned\u0000${warning.message}`;
    if (!visits.has(key)) warn(warning);
    visits.set(key, 1);
  }
}

interface ChildLimit {
  readonly models: RunContext['models'];
  /** Present where the child has a limit of its own. */
  readonly controller: AbortController | undefined;
  readonly release: () => void;
}

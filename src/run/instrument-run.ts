// Instruments a run that has a log: its events, its nodes and its model calls. Loaded only where there is a log.
import type { SharedStore } from '../flow/context.ts';
import type { Layer } from '../flow/layer.ts';
import type { EventPlace } from '../events/event.ts';
import type { EventLog } from '../log/write/event-log.ts';
import type { ModelClient } from '../models/model.ts';
import type { RunContext } from '../nodes/run-context.ts';
import type { PlannerContext } from '../planner/planning-task.ts';
import { present } from '../values/present.ts';
import { createCallCounter } from '../wrappers/call-counter.ts';
import { createDebugLayer } from '../wrappers/debug-wrapper.ts';
import { createInstrumentedLayer, type Instruments } from '../wrappers/instrumented.ts';
import { instrumentModel } from '../wrappers/instrumented-model.ts';
import { RecordedStore } from '../wrappers/recorded-store.ts';
import type { ResumedNodes } from '../wrappers/record-node.ts';
import { addToHistory } from './call-history.ts';
import { createFingerprints } from './resume/fingerprints.ts';
import { registerSecrets, registerNamedSecrets } from './register-secrets.ts';
import { RunEvents, type StartedChild } from './run-events.ts';
import { registerNestedSecrets, secretInputsOf } from './nested/nested-secrets.ts';
import { placeholderFor } from '../log/secrets/patterns.ts';
import type { PlannedRequest, RunRequest } from './run-request.ts';

type InstrumentedRequest = Pick<RunRequest, 'models' | 'host' | 'version' | 'logRequired' | 'resumed'>;

export interface RunInstruments {
  readonly events: RunEvents;
  readonly models: ModelClient;
  /** Emits the start of a run that begins with a workflow. */
  startRun(request: RunRequest): void;
  /** Emits the start of a run that begins with a sentence. Returns the layer for the planner's nodes. */
  startPlanning(request: PlannedRequest): Layer<PlannerContext>;
  /** Emits the start of the workflow and the contents of its store. Returns the layer for its nodes. */
  startWorkflow(request: RunRequest, shared: SharedStore): Layer<RunContext>;
  /** Emits the start of a nested workflow. `path` is that of its node. */
  startNested(child: StartedNested, shared: SharedStore): NestedInstruments;
}

export interface StartedNested extends StartedChild {
  readonly path: string;
  readonly place: EventPlace;
  readonly secretsOf?: Instruments['secretsOf'];
}

export interface NestedInstruments {
  /** The layer for its nodes. */
  readonly layer: Layer<RunContext>;
  complete(status: 'success' | 'failed'): void;
}

export function instrumentRun(
  { models, host, version, logRequired, resumed }: InstrumentedRequest,
  log: EventLog,
): RunInstruments {
  const monotonic = (): number => host.monotonic();
  const calls = resumed?.calls ?? createCallCounter();
  const events = new RunEvents(log, { host, version });
  const instruments = { log, monotonic, calls, ...present({ logRequired }) };
  const registerAllSecrets = (request: RunRequest): void => {
    registerSecrets(log, request);
    const { workflow, nested } = request;
    if (nested !== undefined) registerNestedSecrets(log, workflow, nested.children);
  };
  let resumedRun: ResumedNodes | undefined;
  return {
    events,
    models: instrumentModel(models, { log, monotonic, calls }),
    startRun(request) {
      registerAllSecrets(request);
      events.runStarted(request);
    },
    startPlanning(request) {
      registerNamedSecrets(log, request.task.given);
      events.planningStarted(request);
      return createDebugLayer<PlannerContext>(instruments);
    },
    startWorkflow(request, shared) {
      // A run that began with a workflow registered its secrets in `startRun`.
      if (request.source === 'planner') registerAllSecrets(request);
      resumedRun = resumedNodes(request, shared, log);
      const store =
        log.level === 'trace'
          ? new RecordedStore(shared, (value) => log.copyForLog(value), hiddenInputs(request))
          : undefined;
      const patches = store?.initial() ?? [];
      events.workflowStarted(request, { patches, ...present({ inexact: store?.takeInexact() }) });
      return createInstrumentedLayer<RunContext>({
        ...instruments,
        phase: 'workflow',
        ...present({
          store,
          resumed: resumedRun,
          secretsOf: secretInputsOf(request.nested),
        }),
      });
    },
    startNested({ path, place, secretsOf, ...child }, shared) {
      registerSecrets(log, child);
      const isRecorded = log.level === 'trace' && place.item === undefined;
      const store = isRecorded
        ? new RecordedStore(shared, (value) => log.copyForLog(value), hiddenInputs(child), `${path}/`)
        : undefined;
      store?.adopt();
      events.nestedStarted(place, child);
      const start = monotonic();
      return {
        layer: createInstrumentedLayer<RunContext>({
          ...instruments,
          phase: 'workflow',
          ...present({
            store,
            secretsOf,
            resumed: store === undefined ? undefined : nestedIn(resumedRun, path),
          }),
        }),
        complete: (status) => {
          events.nestedCompleted(place, status, start);
        },
      };
    },
  };
}

/** Nodes of a nested workflow are recorded under its path. */
function nestedIn(resumed: ResumedNodes | undefined, path: string): ResumedNodes | undefined {
  return resumed === undefined ? undefined : { ...resumed, prefix: `${path}/` };
}

function resumedNodes(request: RunRequest, shared: SharedStore, log: EventLog): ResumedNodes | undefined {
  const { resumed } = request;
  if (resumed === undefined) return undefined;
  return {
    recorder: resumed.recorder,
    writers: resumed.writers,
    visits: resumed.visits,
    addCall: ({ node, data }) => {
      addToHistory(shared, data.response_model ?? data.model, data.usage, node);
    },
    fingerprintOf: createFingerprints(request, (value) => log.copyForLog(value)),
  };
}

function hiddenInputs({ inputs }: Pick<RunRequest, 'inputs'>): ReadonlyMap<string, string> {
  return new Map(inputs.secrets.map((name) => [name, placeholderFor(name)]));
}

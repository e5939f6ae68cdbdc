// What is put around a run that has a log: who tells its frame, its nodes and its model calls. It is loaded only
// where there is a log.
import type { SharedStore } from '../flow/context.ts';
import type { Layer } from '../flow/layer.ts';
import { secretsIn } from '../log/secrets/redaction.ts';
import type { EventLog } from '../log/write/event-log.ts';
import type { ModelClient } from '../models/model.ts';
import type { RunContext } from '../nodes/run-context.ts';
import type { PlannerContext } from '../planner/planning-task.ts';
import { createCallCounter } from '../wrappers/call-counter.ts';
import { debugWrapper } from '../wrappers/debug-wrapper.ts';
import { instrumented } from '../wrappers/instrumented.ts';
import { instrumentedModel } from '../wrappers/instrumented-model.ts';
import { RecordedStore } from '../wrappers/recorded-store.ts';
import { registerSecrets } from './register-secrets.ts';
import { RunEvents } from './run-events.ts';
import type { PlannedRequest, RunRequest } from './run-request.ts';

type InstrumentedRequest = Pick<RunRequest, 'models' | 'host' | 'version' | 'logRequired'>;

export interface RunInstruments {
  readonly events: RunEvents;
  readonly models: ModelClient;
  /** Says that the run of a workflow has started. */
  startRun(request: RunRequest): void;
  /** Says that a run has started that has no workflow yet; what it gives goes around the planner's nodes. */
  startPlanning(request: PlannedRequest): Layer<PlannerContext>;
  /** Says that the workflow has started, and what is in its store; what it gives goes around its nodes. */
  startWorkflow(request: RunRequest, shared: SharedStore): Layer<RunContext>;
}

export function instrumentRun(
  { models, host, version, logRequired }: InstrumentedRequest,
  log: EventLog,
): RunInstruments {
  const monotonic = (): number => host.monotonic();
  const calls = createCallCounter();
  const narrator = new RunEvents(log, { host, version });
  const instruments = { log, monotonic, calls, ...(logRequired === undefined ? {} : { logRequired }) };
  const conceal = ({ workflow, inputs, secretInputs }: RunRequest): void => {
    registerSecrets(log, workflow, inputs, secretInputs ?? []);
  };
  return {
    events: narrator,
    models: instrumentedModel(models, { log, monotonic, calls }),
    startRun(request) {
      conceal(request);
      narrator.runStarted(request);
    },
    startPlanning({ task }) {
      for (const [name, value] of secretsIn(task.given)) log.conceal(name, value);
      narrator.planningStarted(task);
      return debugWrapper<PlannerContext>(instruments);
    },
    startWorkflow(request, shared) {
      // Of all others it was done before the first event.
      if (request.source === 'planner') conceal(request);
      const store =
        log.level === 'trace' ? new RecordedStore(shared, (value) => log.recorded(value)) : undefined;
      narrator.workflowStarted(request, store?.initial() ?? []);
      return instrumented<RunContext>({
        ...instruments,
        phase: 'workflow',
        ...(store === undefined ? {} : { store }),
      });
    },
  };
}

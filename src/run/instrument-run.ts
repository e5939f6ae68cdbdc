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
import { concealSecrets } from './register-secrets.ts';
import { Narrator } from './run-events.ts';
import type { PlannedRequest, RunRequest } from './run-request.ts';

type Watched = Pick<RunRequest, 'models' | 'host' | 'version' | 'logRequired'>;

export interface Watch {
  readonly narrator: Narrator;
  readonly models: ModelClient;
  /** Says that the run of a workflow has started. */
  started(request: RunRequest): void;
  /** Says that a run has started that has no workflow yet; what it gives goes around the planner's nodes. */
  planning(request: PlannedRequest): Layer<PlannerContext>;
  /** Says that the workflow has started, and what is in its store; what it gives goes around its nodes. */
  workflow(request: RunRequest, shared: SharedStore): Layer<RunContext>;
}

export function watchRun({ models, host, version, logRequired }: Watched, log: EventLog): Watch {
  const monotonic = (): number => host.monotonic();
  const calls = createCallCounter();
  const narrator = new Narrator(log, { host, version });
  const instruments = { log, monotonic, calls, ...(logRequired === undefined ? {} : { logRequired }) };
  const conceal = ({ workflow, inputs, secretInputs }: RunRequest): void => {
    concealSecrets(log, workflow, inputs, secretInputs ?? []);
  };
  return {
    narrator,
    models: instrumentedModel(models, { log, monotonic, calls }),
    started(request) {
      conceal(request);
      narrator.started(request);
    },
    planning({ task }) {
      for (const [name, value] of secretsIn(task.given)) log.conceal(name, value);
      narrator.planningStarted(task);
      return debugWrapper<PlannerContext>(instruments);
    },
    workflow(request, shared) {
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

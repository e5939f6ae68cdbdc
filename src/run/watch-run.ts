// What is put around a run that has a log: who tells its frame, its nodes and its model calls. It is loaded only
// where there is a log.
import type { SharedStore } from '../flow/context.ts';
import type { Layer } from '../flow/layer.ts';
import type { EventLog } from '../log/event-log.ts';
import type { ModelClient } from '../models/model.ts';
import type { RunContext } from '../nodes/run-context.ts';
import { createCallCounter } from '../wrappers/call-counter.ts';
import { instrumented } from '../wrappers/instrumented.ts';
import { instrumentedModel } from '../wrappers/instrumented-model.ts';
import { RecordedStore } from '../wrappers/recorded-store.ts';
import { concealSecrets } from './conceal-secrets.ts';
import { Narrator } from './narrator.ts';
import type { RunRequest } from './run-request.ts';

export interface Watch {
  readonly layer: Layer<RunContext>;
  readonly models: ModelClient;
  readonly narrator: Narrator;
}

/** Says that the run has started, and what is in its store. */
export function watchRun(request: RunRequest, log: EventLog, shared: SharedStore): Watch {
  const { workflow, inputs, host, logRequired } = request;
  const monotonic = (): number => host.monotonic();
  const calls = createCallCounter();
  const narrator = new Narrator(log, request);
  const store = log.level === 'trace' ? new RecordedStore(shared, (value) => log.recorded(value)) : undefined;
  concealSecrets(log, workflow, inputs, request.secretInputs ?? []);
  narrator.started(store?.initial() ?? []);
  return {
    layer: instrumented<RunContext>({
      log,
      phase: 'workflow',
      monotonic,
      calls,
      ...(store === undefined ? {} : { store }),
      ...(logRequired === undefined ? {} : { logRequired }),
    }),
    models: instrumentedModel(request.models, { log, monotonic, calls }),
    narrator,
  };
}

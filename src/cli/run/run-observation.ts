// Who looks on while a run goes on: the log, and folds over the same events for the JSON document and the trace.
import { PflowError } from '../../errors.ts';
import type { EventLog } from '../../log/write/event-log.ts';
import { systemLogHost } from '../../log/write/log-host.ts';
import { openMemoryLog } from '../../log/write/memory-log.ts';
import { openNdjsonLog } from '../../log/write/ndjson-log.ts';
import { createRedactor } from '../../log/secrets/redaction.ts';
import { startFold, type Fold } from '../../../projections/fold.ts';
import type { Metrics } from '../../../projections/metrics/schema.ts';
import { createMetrics } from '../../../projections/metrics/projection.ts';
import type { Pricing } from '../../../projections/pricing/pricing.ts';
import type { PlannerTrace } from '../../../projections/planner-trace/schema.ts';
import { createPlannerTrace } from '../../../projections/planner-trace/projection.ts';
import { createSteps, type Step } from '../../../projections/steps/projection.ts';
import type { Trace } from '../../../projections/trace/schema.ts';
import { createTrace } from '../../../projections/trace/projection.ts';
import { warnings as warningsProjection, type Warning } from '../../../projections/warnings/projection.ts';
import type { RunOptions } from './run-options.ts';
import { loadPricing } from '../../home/pricing.ts';

/** Each fold is asked for its result once, at the end. */
export interface Observation {
  readonly log: EventLog;
  readonly pricing: Pricing;
  readonly metrics: Fold<unknown, Metrics>;
  readonly steps: Fold<unknown, Step[]>;
  readonly warnings: Fold<unknown, Warning[]>;
  readonly trace?: Fold<unknown, Trace>;
  readonly plannerTrace?: Fold<unknown, PlannerTrace>;
}

type Environment = Readonly<Record<string, string | undefined>>;

export function observeRun(flags: RunOptions, env: Environment): Observation {
  const pricing = loadPricing({
    ...(flags.pricing === undefined ? {} : { files: [flags.pricing] }),
    unknownModel: flags.unknownModel,
  });
  const log = openLog(flags, env);
  const metrics = startFold(createMetrics({ pricing }));
  const steps = startFold(createSteps({ pricing }));
  const warnings = startFold(warningsProjection);
  const trace = flags.trace === true ? startFold(createTrace({ pricing })) : undefined;
  const plannerTrace = flags.tracePlanner === true ? startFold(createPlannerTrace({ pricing })) : undefined;
  log.follow((event) => {
    metrics.add(event);
    steps.add(event);
    warnings.add(event);
    trace?.add(event);
    plannerTrace?.add(event);
  });
  return {
    ...{ log, pricing, metrics, steps, warnings },
    ...(trace === undefined ? {} : { trace }),
    ...(plannerTrace === undefined ? {} : { plannerTrace }),
  };
}

function openLog(flags: RunOptions, env: Environment): EventLog {
  const path = logPath(flags, env);
  const traces = flags.trace === true || flags.tracePlanner === true;
  if (traces && flags.logLevel === 'metrics') {
    throw new PflowError('USAGE', 'a trace needs the content that --log-level metrics leaves out', {
      hint: 'Leave out one of the two.',
    });
  }
  const common = { host: systemLogHost, redactor: createRedactor({ env }) };
  if (path === undefined) return openMemoryLog({ ...common, level: traces ? 'trace' : 'metrics' });
  return openNdjsonLog(path, {
    ...common,
    level: flags.logLevel ?? 'trace',
    durable: flags.durable === true,
  });
}

/** A folder named by `PFLOW_LOG_DIR` gets a file for every run. */
function logPath(flags: RunOptions, env: Environment): string | undefined {
  if (flags.log !== undefined) return flags.log;
  const folder = env['PFLOW_LOG_DIR'] ?? '';
  if (folder === '') return undefined;
  return folder.endsWith('/') ? folder : `${folder}/`;
}

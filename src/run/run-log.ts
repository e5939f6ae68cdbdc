// Opens the log of a run and the prices that go with it. Loaded only where something needs the events of the run.
import type { Pricing, PricingOptions } from '../../projections/pricing/create-pricing.ts';
import type { Level } from '../events/vocabulary.ts';
import { readHomeSecrets } from '../home/home-secrets.ts';
import { loadPricing } from '../home/prices/pricing.ts';
import { createRedactor } from '../log/secrets/redaction.ts';
import type { EventLog } from '../log/write/event-log.ts';
import type { LogDisk } from '../log/write/log-disk.ts';
import { systemLogHost, type LogHost } from '../log/write/log-host.ts';
import { openMemoryLog } from '../log/write/memory-log.ts';
import { openNdjsonLog } from '../log/write/ndjson-log.ts';
import { present } from '../values/present.ts';
import type { RunRequest } from './run-request.ts';

export interface PriceOptions extends Pick<PricingOptions, 'unknownModel' | 'costSource'> {
  /** A price book that wins over the built-in prices. */
  readonly pricing?: string;
}

export interface RunLogOptions extends PriceOptions {
  /** A folder gets a file for each run. By default the events stay in memory. */
  readonly path?: string;
  readonly level: Level;
  /** Syncs the file after every answer and every node. */
  readonly durable?: boolean;
  /** Others than the user may read the events. */
  readonly eventsArePrinted?: boolean;
  readonly env: RunRequest['env'];
  readonly host?: LogHost;
  readonly disk?: LogDisk;
}

export interface RunLog {
  readonly log: EventLog;
  readonly pricing: Pricing;
}

/** Throws PRICES_INVALID, LOG_EXISTS or LOG_UNWRITABLE. */
export function openRunLog(options: RunLogOptions): RunLog {
  const { path, level, durable = false, env, unknownModel, costSource, disk } = options;
  const files = options.pricing === undefined ? undefined : [options.pricing];
  const pricing = loadPricing(present({ files, unknownModel, costSource }));
  const common = {
    level,
    host: options.host ?? systemLogHost,
    redactor: createRedactor({ env, ...readHomeSecrets(env) }),
  };
  const log =
    path === undefined
      ? openMemoryLog({ ...common, keepsMessages: options.eventsArePrinted !== true })
      : openNdjsonLog(path, { ...common, durable, ...present({ disk }) });
  return { log, pricing };
}

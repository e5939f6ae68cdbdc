// Plans one sentence with production code. What is planned does not run here.
import type { EventLog } from '../../src/log/write/event-log.ts';
import { systemLogHost, type LogHost } from '../../src/log/write/log-host.ts';
import type { ModelClient } from '../../src/models/model.ts';
import { runPlanned } from '../../src/run/run-planned.ts';
import { createNestedReader } from '../../src/run/nested/planned-children.ts';
import type { RunOutcome } from '../../src/run/run-request.ts';
import { VERSION } from '../../src/version.ts';
import { registry, withHome } from './bench-home.ts';
import type { NamedCase } from './case-schema.ts';

export interface Planner {
  /** As `provider/name`. */
  readonly model: string;
  readonly models: ModelClient;
  readonly log?: EventLog;
  readonly host?: LogHost;
}

export function planCase(
  one: NamedCase,
  { model, models, log, host = systemLogHost }: Planner,
): Promise<RunOutcome> {
  const { sentence, given, stdin, saved, world } = one;
  const known = Object.entries(saved).map(([name, ir]) => {
    const { description } = ir;
    return { name, ir, ...(typeof description === 'string' ? { description } : {}) };
  });
  return withHome(saved, (home) => {
    const readNested = createNestedReader({ cwd: '/', env: home, nodes: [] });
    return runPlanned({
      task: { request: sentence, given, stdin, saved: known, env: world.env, registry, model, readNested },
      registry,
      models,
      readNested,
      ...(log === undefined ? {} : { log }),
      signal: new AbortController().signal,
      cwd: '/',
      env: world.env,
      host,
      version: VERSION,
    });
  });
}

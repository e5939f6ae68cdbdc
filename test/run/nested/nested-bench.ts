// Runs workflow files with nested workflows in this process, in a temporary folder.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Projection } from '../../../projections/contract.ts';
import { fold } from '../../../projections/fold.ts';
import type { LogEvent } from '../../../src/events/event.ts';
import { readLog } from '../../../src/log/read/read-log.ts';
import type { PflowError } from '../../../src/errors.ts';
import { runFile, type RunFileOptions } from '../../../src/run/run-workflow-file.ts';
import type { RunOutcome } from '../../../src/run/run-request.ts';
import { cleanEnvironment } from '../../support/clean-environment.ts';
import { temporaryFolder } from '../../support/cli.ts';

export interface NestedBench {
  readonly folder: string;
  write(name: string, content: unknown): void;
  run(name: string, options?: RunFileOptions): Promise<RunOutcome>;
  /** Runs with a log; returns its events too. */
  record(name: string, options?: RunFileOptions): Promise<RecordedRun>;
  /** Details of the error WORKFLOW_INVALID that the file causes before anything runs. */
  problemsOf(name: string): Promise<readonly string[]>;
}

export interface RecordedRun {
  readonly outcome: RunOutcome;
  readonly events: readonly LogEvent[];
  project<Result>(projection: Projection<unknown, Result>): Result;
}

export function nestedBench(files: Readonly<Record<string, unknown>>): NestedBench {
  const folder = temporaryFolder();
  let logs = 0;
  const write = (name: string, content: unknown): void => {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  };
  for (const [name, content] of Object.entries(files)) write(name, content);
  const run = (name: string, options: RunFileOptions = {}): Promise<RunOutcome> =>
    runFile(name, { cwd: folder, ...options, env: { ...cleanEnvironment(folder), ...options.env } });
  return {
    folder,
    write,
    run,
    async record(name, options) {
      logs += 1;
      const log = join(folder, `run-${String(logs)}.ndjson`);
      const outcome = await run(name, { ...options, log });
      const events: LogEvent[] = [];
      await readLog(log, { onEvent: (event) => events.push(event) });
      return {
        outcome,
        events,
        project: (projection) => projection.result(fold(projection, events)),
      };
    },
    async problemsOf(name) {
      const error: unknown = await run(name).catch((thrown: unknown) => thrown);
      return (error as PflowError).details;
    },
  };
}

/** A workflow that returns its input `x` as `got`, without a change. */
export const RETURN_X = {
  inputs: { x: {} },
  nodes: [{ id: 'give', type: 'echo', params: { data: '${x}' } }],
  outputs: { got: { source: '${give.data}' } },
};

/** A node that runs the workflow `path` with `x`. */
export function nestedNode(id: string, path: string, x: unknown = 1, more: object = {}): object {
  return { id, type: 'workflow', params: { workflow: path, inputs: { x } }, ...more };
}

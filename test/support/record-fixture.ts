// Records one fixture run with production code against the test provider. Clock and ids are fixed, so that every
// recording has the same bytes.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openNdjsonLog } from '../../src/log/write/ndjson-log.ts';
import type { LogHost } from '../../src/log/write/log-host.ts';
import { createRedactor } from '../../src/log/secrets/redaction.ts';
import { createProviderClient } from '../../src/models/provider-client.ts';
import { loadNodeTypes, NODE_TYPE_NAMES } from '../../src/nodes/registry.ts';
import { runPlanned } from '../../src/run/run-planned.ts';
import { runWorkflow } from '../../src/run/run-workflow.ts';
import type { PlannedRequest, RunOutcome } from '../../src/run/run-request.ts';
import { VERSION } from '../../src/version.ts';
import { prepareInputs } from '../../src/workflow/prepare-inputs.ts';
import { assertValid } from '../../src/workflow/validate.ts';
import type { FixtureRun } from './fixture-run.ts';
import { FIXTURES, FIXTURE_RUNS, listen } from './fixture-runs.ts';
import { startProvider } from './provider/provider.ts';

/** Advances the clock by a quarter of a millisecond on every reading. */
function fixtureHost(name: string): LogHost {
  const number = FIXTURE_RUNS.findIndex((run) => run.name === name);
  let ms = 0;
  return {
    now: () => Date.UTC(2026, 10, 20, 9, 30, number),
    monotonic: () => (ms += 0.25),
    randomBytes: (count) => new Uint8Array(count).fill(number + 1),
  };
}

/** Runs the fixture in the empty folder `folder` and writes its log to `logPath`. */
export async function recordFixture(
  fixture: FixtureRun,
  folder: string,
  logPath: string,
): Promise<RunOutcome> {
  fixture.prepare?.(folder);
  const service = fixture.api?.();
  const provider = await startProvider(fixture.provider);
  try {
    const given = { ...fixture.inputs, ...(service === undefined ? {} : { api: await listen(service) }) };
    const host = fixtureHost(fixture.name);
    const redactor = createRedactor({ env: provider.env });
    const log = openNdjsonLog(logPath, { level: 'trace', host, redactor });
    const environment = {
      models: createProviderClient({ env: provider.env }),
      log,
      signal: new AbortController().signal,
      cwd: folder,
      env: { PATH: process.env['PATH'] },
      host,
      version: VERSION,
    };
    const { start: begins, saved = [] } = fixture;
    const outcome =
      'sentence' in begins
        ? await recordPlanned({ request: begins.sentence, given, saved }, environment)
        : await recordFile(begins.workflow, given, environment);
    log.close();
    return outcome;
  } finally {
    await provider.stop();
    service?.close();
  }
}

type Environment = Omit<PlannedRequest, 'task' | 'registry'>;
type Given = Readonly<Record<string, string>>;

async function recordFile(file: string, given: Given, environment: Environment): Promise<RunOutcome> {
  const ir = readFixture(file);
  const registry = await loadNodeTypes(ir.nodes.map((node) => node.type));
  const workflow = assertValid(ir, { registry, file });
  const inputs = prepareInputs(workflow, { given, env: {} });
  return runWorkflow({
    ...environment,
    workflow,
    ir: { ...ir },
    name: workflow.name ?? file.replace('.json', ''),
    source: 'file',
    inputs,
    registry,
  });
}

async function recordPlanned(
  {
    request,
    given,
    saved,
  }: { readonly request: string; readonly given: Given; readonly saved: readonly string[] },
  environment: Environment,
): Promise<RunOutcome> {
  const registry = await loadNodeTypes(NODE_TYPE_NAMES);
  const known = saved.map((file) => ({ name: file.replace('.json', ''), ir: { ...readFixture(file) } }));
  const model = 'anthropic/claude-sonnet-4-5';
  const task = { request, given, saved: known, registry, model, env: {} };
  return runPlanned({ ...environment, task, registry, approve: () => Promise.resolve() });
}

function readFixture(file: string): { readonly nodes: readonly { readonly type: string }[] } {
  return JSON.parse(readFileSync(join(FIXTURES, 'workflows', file), 'utf8')) as ReturnType<
    typeof readFixture
  >;
}

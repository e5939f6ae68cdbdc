// Runs a scenario in this process under one kind of observer. Sockets on loopback and the log on the disk are real.
import { createServer, type Server } from 'node:http';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PflowError } from '../../src/errors.ts';
import type { LogEvent } from '../../src/events/event.ts';
import { createRedactor } from '../../src/log/secrets/redaction.ts';
import type { EventLog } from '../../src/log/write/event-log.ts';
import { systemDisk, type LogDisk } from '../../src/log/write/log-disk.ts';
import { systemLogHost, type LogHost } from '../../src/log/write/log-host.ts';
import { openMemoryLog } from '../../src/log/write/memory-log.ts';
import { openNdjsonLog } from '../../src/log/write/ndjson-log.ts';
import { createProviderClient } from '../../src/models/provider-client.ts';
import { loadNodeTypes } from '../../src/nodes/registry.ts';
import { Interruption } from '../../src/run/interruption.ts';
import type { RunOutcome } from '../../src/run/run-request.ts';
import { runWorkflow } from '../../src/run/run-workflow.ts';
import { workflowSchema } from '../../src/workflow/schema.ts';
import { startProvider } from '../support/provider/provider.ts';
import type { Scenario, WebBehaviour } from './scenario.ts';

export const OBSERVERS = ['none', 'memory-metrics', 'memory-trace', 'file-metrics', 'file-trace'] as const;
export type Observer = (typeof OBSERVERS)[number];

export interface SimulatedRun {
  readonly observer: Observer;
  readonly outcome: RunOutcome;
  /** As delivered live, in order. */
  readonly events: readonly LogEvent[];
  /** Bytes of the log file; undefined without one. */
  readonly bytes: Buffer | undefined;
  /** The log failed because of the scenario's disk fault. */
  readonly isPoisoned: boolean;
  /** Model requests that reached the server. */
  readonly modelRequests: number;
}

export async function runScenario(scenario: Scenario, observer: Observer): Promise<SimulatedRun> {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-simulation-'));
  const controller = new AbortController();
  let requests = 0;
  const countRequest = (): void => {
    requests += 1;
    if (requests === scenario.interruptAt) controller.abort(new Interruption('SIGINT'));
  };
  const provider = await startProvider({ rules: scenario.models.map((then) => ({ times: 1, then })) });
  const web = await startWeb(scenario.web, countRequest);
  try {
    const workflow = workflowSchema.parse(scenario.workflow);
    const env = { PATH: process.env['PATH'], ...provider.env, ...scenario.secrets };
    const log = openLog(scenario, observer, folder);
    const events: LogEvent[] = [];
    log?.subscribe((event) => events.push(event));
    const live = createProviderClient({ env, providers: { local: { base_url: `${provider.url}/v1` } } });
    const outcome = await runWorkflow({
      workflow,
      ir: { ...scenario.workflow },
      name: 'scenario',
      source: 'file',
      inputs: { values: { ...scenario.inputs, web: web.url }, origins: {}, secrets: ['secret'] },
      registry: await loadNodeTypes(workflow.nodes.map(({ type }) => type)),
      models: {
        answer(request, signal, caller) {
          countRequest();
          return live.answer(request, signal, caller);
        },
      },
      ...(log === undefined ? {} : { log }),
      signal: controller.signal,
      cwd: folder,
      env,
      host: hostOf(scenario),
      version: 'simulated',
    });
    log?.close();
    const path = log?.state.path;
    return {
      observer,
      outcome,
      events,
      bytes: path === undefined ? undefined : readFileSync(path),
      isPoisoned: log?.state.poisoned !== undefined,
      modelRequests: provider.requests.length,
    };
  } finally {
    await Promise.all([provider.stop(), web.stop()]);
    rmSync(folder, { recursive: true, force: true });
  }
}

function openLog(scenario: Scenario, observer: Observer, folder: string): EventLog | undefined {
  if (observer === 'none') return undefined;
  const [place, level] = observer.split('-') as ['memory' | 'file', 'metrics' | 'trace'];
  const redactor = createRedactor({ env: scenario.secrets });
  const options = { level, host: hostOf(scenario), redactor };
  if (place === 'memory') return openMemoryLog(options);
  mkdirSync(join(folder, 'logs'));
  return openNdjsonLog(join(folder, 'logs', 'run.ndjson'), { ...options, disk: diskOf(scenario) });
}

/** Derives ids from the seed. The wall clock may jump, the monotonic clock never does. */
function hostOf({ seed, clockJump }: Scenario): LogHost {
  let readings = 0;
  return {
    now: () => Date.UTC(2026, 0, 1) + seed + clockJump * readings++,
    monotonic: () => systemLogHost.monotonic(),
    randomBytes: (count) => Uint8Array.from({ length: count }, (_, index) => (seed >>> (index % 24)) & 0xff),
  };
}

function diskOf({ diskFault }: Scenario): LogDisk {
  if (diskFault === undefined) return systemDisk;
  let writes = 0;
  return {
    ...systemDisk,
    write(file, bytes, offset, length) {
      writes += 1;
      if (writes < diskFault.at) return systemDisk.write(file, bytes, offset, length);
      if (writes === diskFault.at && length > 1)
        return systemDisk.write(file, bytes, offset, Math.floor(length / 2));
      throw Object.assign(new Error(`simulated ${diskFault.code}`), { code: diskFault.code });
    },
  };
}

interface Web {
  readonly url: string;
  stop(): Promise<void>;
}

async function startWeb(behaviours: readonly WebBehaviour[], onRequest: () => void): Promise<Web> {
  let served = 0;
  const server: Server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      const behaviour = behaviours[served % behaviours.length];
      served += 1;
      onRequest();
      if (behaviour === undefined || behaviour.kind === 'reset') response.destroy();
      else if (behaviour.kind === 'status') response.writeHead(behaviour.status).end('no');
      else response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(behaviour.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}`,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

export function describeError(error: unknown): string {
  if (error instanceof PflowError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

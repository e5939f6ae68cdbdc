// Builds a collector of OpenTelemetry from packages of Debian, and sends it runs. Fails if what it passes on differs
// from the file of the same runs. Needs the network, 4 GB of disk and some minutes.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { exportRuns, type ExportOptions } from '../src/cli/export/export-runs.ts';
import { openTerminal } from '../src/cli/terminal/terminal.ts';
import { writeNight } from '../test/cli/runs/night.ts';
import { bytesOf } from '../test/log/log-bytes-of.ts';
import { RunBuilder } from '../test/support/run-builder.ts';

const RECORDED = 'fixtures/logs/v1';
/** More spans than a collector takes in one request. */
const MANY_NODES = 30_000;
const PACKAGES = ['golang-opentelemetry-collector-dev', 'golang-go'];

const folder = mkdtempSync(join(tmpdir(), 'pflow-collector-'));
const collector = join(folder, 'collector');

function step(what: string): void {
  process.stdout.write(`${what}\n`);
}

/** Downloads the packages and what they need, as if nothing was installed. Their suite is unstable. */
function downloadPackages(): string {
  const root = join(folder, 'apt');
  for (const path of ['etc', 'state/lists/partial', 'cache/archives/partial'])
    mkdirSync(join(root, path), { recursive: true });
  writeFileSync(join(root, 'status'), '');
  const targets = execFileSync('apt-get', [
    ...[
      'indextargets',
      '--format',
      '$(REPO_URI)',
      'Created-By: Packages',
      'Origin: Debian',
      'Component: main',
    ],
  ]);
  const [mirror = ''] = targets
    .toString()
    .split('\n')
    .filter((uri) => uri.endsWith('/debian/'));
  const keys = '/usr/share/keyrings/debian-archive-keyring.gpg';
  writeFileSync(join(root, 'etc/sources.list'), `deb [signed-by=${keys}] ${mirror} sid main\n`);
  const settings = [
    `Dir::Etc=${root}/etc`,
    `Dir::Etc::sourcelist=${root}/etc/sources.list`,
    'Dir::Etc::sourceparts=-',
    `Dir::State=${root}/state`,
    `Dir::State::status=${root}/status`,
    `Dir::Cache=${root}/cache`,
    'APT::Sandbox::User=root',
  ].flatMap((setting) => ['-o', setting]);
  execFileSync('apt-get', [...settings, '-q', 'update'], { stdio: 'ignore' });
  const install = ['-q', '-y', 'install', '--no-install-recommends', '--download-only', ...PACKAGES];
  execFileSync('apt-get', [...settings, ...install], { stdio: 'ignore' });
  return join(root, 'cache/archives');
}

function unpack(archives: string): string {
  const root = join(folder, 'root');
  mkdirSync(root);
  const files = readdirSync(archives).filter((name) => name.startsWith('golang-') && name.endsWith('.deb'));
  for (const name of files) {
    execFileSync('dpkg-deb', ['-x', join(archives, name), root]);
    rmSync(join(archives, name));
  }
  return root;
}

/** Debian's packages hold sources, found by the path of their import: no module is downloaded. */
function build(root: string): void {
  const program = join(folder, 'src/collector');
  mkdirSync(program, { recursive: true });
  writeFileSync(join(program, 'main.go'), readFileSync('scripts/collector/main.go'));
  execFileSync(join(root, 'usr/lib/go/bin/go'), ['build', '-o', collector, 'collector'], {
    stdio: 'inherit',
    env: {
      ...{ PATH: process.env['PATH'] ?? '', HOME: folder, GOCACHE: join(folder, 'cache') },
      ...{ GO111MODULE: 'off', GOTOOLCHAIN: 'local', CGO_ENABLED: '0', GOROOT: join(root, 'usr/lib/go') },
      GOPATH: `${join(root, 'usr/share/gocode')}:${folder}`,
    },
  });
}

/** What the collector passed on. */
class Sink {
  readonly server: Server;
  /** Statuses of the next answers; then 200. */
  statuses: number[] = [];
  bodies: { readonly path: string; readonly body: unknown }[] = [];

  constructor() {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const status = this.statuses.shift() ?? 200;
        if (status === 200)
          this.bodies.push({ path: request.url ?? '', body: JSON.parse(Buffer.concat(chunks).toString()) });
        response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
      });
    });
  }

  /** All values under this key, in the order of their arrival. */
  all(key: string): readonly unknown[] {
    return this.bodies.flatMap(({ body }) => valuesOf(body, key));
  }
}

/** The elements of all lists under this key. */
function valuesOf(body: unknown, key: string): readonly unknown[] {
  if (typeof body !== 'object' || body === null) return [];
  return Object.entries(body).flatMap(([name, value]: [string, unknown]) =>
    name === key && Array.isArray(value) ? (value as unknown[]) : valuesOf(value, key),
  );
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

async function freeAddress(): Promise<string> {
  const server = createServer();
  const address = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return address;
}

/** Resolves once the collector is ready. */
async function start(address: string, sink: string): Promise<ChildProcess> {
  const config = {
    receivers: { otlp: { protocols: { http: { endpoint: address } } } },
    exporters: {
      otlphttp: {
        ...{ endpoint: `http://${sink}`, encoding: 'json', compression: 'none' },
        ...{ sending_queue: { enabled: false }, retry_on_failure: { enabled: false } },
      },
    },
    service: {
      telemetry: { metrics: { level: 'none' } },
      pipelines: {
        traces: { receivers: ['otlp'], exporters: ['otlphttp'] },
        metrics: { receivers: ['otlp'], exporters: ['otlphttp'] },
      },
    },
  };
  // JSON is YAML.
  writeFileSync(join(folder, 'config.yaml'), JSON.stringify(config));
  const child = spawn(collector, ['--config', join(folder, 'config.yaml')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let text = '';
  await new Promise<void>((resolve, reject) => {
    child.stderr.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('Everything is ready')) resolve();
    });
    child.once('error', reject).once('exit', () => {
      reject(new Error(text));
    });
  });
  return child;
}

async function exportTo(log: string, options: Partial<ExportOptions>): Promise<void> {
  await exportRuns([log], () => [log], { to: 'otlp', ...options }, openTerminal(false));
}

/** A collector writes an absent status as an empty object. */
function withoutEmptyStatus(spans: readonly unknown[]): readonly unknown[] {
  return spans.map((span) => {
    const { status, ...others } = span as { readonly status?: object };
    return status === undefined || Object.keys(status).length === 0 ? others : { ...others, status };
  });
}

/** Compares what the collector passed on with a file of the same runs. */
async function check(log: string, endpoint: string, sink: Sink): Promise<void> {
  for (const content of [false, true]) {
    const output = join(folder, 'expected.jsonl');
    await exportTo(log, { output, content });
    const lines = readFileSync(output, 'utf8').trimEnd().split('\n');
    const expected = lines.flatMap((line) => valuesOf(JSON.parse(line), 'spans'));
    const metrics: (readonly unknown[])[] = [];
    for (const protocol of ['json', 'protobuf'] as const) {
      sink.bodies = [];
      // Passed on as it came: the collector reports that the next receiver is busy.
      sink.statuses = [503];
      await exportTo(log, { endpoint, protocol, content });
      const requests = sink.bodies.filter(({ path }) => path === '/v1/traces').length;
      const spans = withoutEmptyStatus(sink.all('spans'));
      const isEqual = isDeepStrictEqual(spans, expected);
      metrics.push(sink.all('dataPoints'));
      step(
        `${isEqual ? 'same' : 'DIFFERENT'}: ${String(spans.length)} spans of ${log} as ${protocol}, ` +
          `${content ? 'with' : 'without'} content, in ${String(requests)} requests`,
      );
      if (!isEqual) process.exitCode = 1;
    }
    const [json = [], protobuf = []] = metrics;
    const isEqual = json.length > 0 && isDeepStrictEqual(json, protobuf);
    step(`${isEqual ? 'same' : 'DIFFERENT'}: ${String(json.length)} points of metrics in both forms`);
    if (!isEqual) process.exitCode = 1;
  }
}

function writeMany(): string {
  const log = join(folder, 'many.ndjson');
  const nodes = Array.from({ length: MANY_NODES }, (_, index) => `node-${String(index)}`);
  const run = new RunBuilder()
    .started()
    .workflow(nodes, (inside) => {
      for (const node of nodes) inside.node(node, { type: 'llm' }, (one) => one.call({ prompt: 'why?' }));
    })
    .ended('success');
  writeFileSync(log, bytesOf(run.events));
  return log;
}

const sink = new Sink();
let child: ChildProcess | undefined;
try {
  step('downloading packages');
  const archives = downloadPackages();
  step('unpacking them');
  const root = unpack(archives);
  step('building the collector');
  build(root);
  const address = await freeAddress();
  child = await start(address, await listen(sink.server));
  const night = writeNight(join(folder, 'night'));
  for (const log of [RECORDED, night.folder, writeMany()]) await check(log, `http://${address}`, sink);
} finally {
  child?.kill();
  sink.server.closeAllConnections();
  sink.server.close();
  rmSync(folder, { recursive: true, force: true });
}

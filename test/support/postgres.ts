// Starts a PostgreSQL server of its own for tests: a cluster in a temporary folder, on a port of loopback.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  chownSync,
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SmallDisk } from './small-disk.ts';

const DEBIAN = '/usr/lib/postgresql';
/** Data of tests need not survive a crash of the machine. */
const FAST = ['fsync=off', 'full_page_writes=off', 'max_connections=200'];

/** The log of changes comes in small files: a small disk is soon full. */
const SMALL = { initdb: ['--wal-segsize', '1'], settings: ['min_wal_size=2MB', 'max_wal_size=8MB'] };

/** The role `guarded`, once it is created, needs its password. */
export class TestDatabase {
  /** Absent for a database on the usual disk. */
  disk: SmallDisk | undefined;
  private readonly folder = mkdtempSync(join(tmpdir(), 'pflow-pg-'));
  private readonly user = ownerOfServer();
  private port = 0;
  private server: ChildProcess | undefined;
  private created = 0;
  private template = 'template1';

  /** Creates the cluster and starts its server. `size`: of a disk of its own, for example `64m`. */
  async start(size?: string): Promise<void> {
    const { folder, user } = this;
    if (user !== undefined) chownSync(folder, user.uid, user.gid);
    const data = join(folder, 'data');
    if (size !== undefined) this.disk = await SmallDisk.mount(data, size, WITHOUT_RIGHTS);
    const [initdb = '', ...before] = this.command('initdb');
    const made = spawnSync(
      initdb,
      [
        ...before,
        ...(size === undefined ? [] : SMALL.initdb),
        '--pgdata',
        data,
        '--auth',
        'trust',
        '--username',
        'pflow',
        '--no-sync',
        '--encoding',
        'UTF8',
        '--locale',
        'C',
      ],
      { ...this.rights, cwd: folder, encoding: 'utf8' },
    );
    if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
    if (size === undefined) {
      const rules = join(data, 'pg_hba.conf');
      writeFileSync(rules, `host all guarded 127.0.0.1/32 scram-sha-256\n${readFileSync(rules, 'utf8')}`);
    }
    // Another process may take the port before the server does.
    for (let attempt = 0; attempt < 5; attempt += 1) {
      this.port = await freePort();
      if (await this.startServer()) return;
    }
    throw new Error('the server did not start');
  }

  /** Returns the address of a new, empty database. */
  create(): string {
    this.created += 1;
    const name = `test_${String(this.created)}`;
    this.query('postgres', `CREATE DATABASE ${name} TEMPLATE ${this.template}`);
    return this.urlOf(name);
  }

  /** Databases that are created from here on have what `fill` puts into one. */
  async useTemplate(fill: (url: string) => Promise<unknown>): Promise<void> {
    this.query('postgres', 'CREATE DATABASE filled');
    await fill(this.urlOf('filled'));
    this.template = 'filled';
  }

  urlOf(name: string): string {
    return `postgres://pflow@127.0.0.1:${String(this.port)}/${name}`;
  }

  /** Runs SQL and returns the rows as lines. */
  query(database: string, sql: string): readonly string[] {
    const url = database.startsWith('postgres://') ? database : this.urlOf(database);
    const { status, stdout, stderr } = spawnSync(program('psql'), [url, '-Atqc', sql], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`psql failed: ${stderr}`);
    return stdout.split('\n').filter((line) => line !== '');
  }

  /** The same database, by the socket of the server. */
  socketUrlOf(url: string): string {
    const { pathname } = new URL(url);
    return `postgres://pflow@${encodeURIComponent(this.folder)}:${String(this.port)}${pathname}`;
  }

  /** Ends the server at once, as a crash does. */
  async crash(): Promise<void> {
    await this.endServer('SIGQUIT');
  }

  async startAgain(): Promise<void> {
    if (!(await this.startServer())) throw new Error('the server did not start again');
  }

  async restart(): Promise<void> {
    await this.crash();
    await this.startAgain();
  }

  /** Begins another file of the log of changes. Ignores a failure. */
  fillLog(): void {
    const sql = ['SELECT txid_current()', 'SELECT pg_switch_wal()'].flatMap((one) => ['-c', one]);
    spawnSync(program('psql'), [this.urlOf('postgres'), '-Atq', ...sql]);
  }

  /** What the server has reported since it was created. */
  get log(): string {
    return readFileSync(join(this.folder, 'server.log'), 'utf8');
  }

  /** False for a server that has ended by itself. */
  get isRunning(): boolean {
    return this.server?.exitCode === null && this.server.signalCode === null;
  }

  async stop(): Promise<void> {
    await this.endServer('SIGQUIT');
    this.disk?.end();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Resolves with true once the server listens, with false if it has ended. */
  private async startServer(): Promise<boolean> {
    const { folder, port } = this;
    const settings = [
      ...FAST,
      ...(this.disk === undefined ? [] : SMALL.settings),
      'listen_addresses=127.0.0.1',
      `port=${String(port)}`,
      `unix_socket_directories=${folder}`,
    ];
    const [postgres = '', ...before] = this.command('postgres');
    const log = openSync(join(folder, 'server.log'), 'a');
    const server = spawn(
      postgres,
      [...before, '-D', join(folder, 'data'), ...settings.flatMap((setting) => ['-c', setting])],
      { ...this.rights, cwd: folder, stdio: ['ignore', log, log] },
    );
    closeSync(log);
    this.server = server;
    while (server.exitCode === null && server.signalCode === null) {
      // The socket in the folder is of this server only.
      const { status } = spawnSync(program('pg_isready'), ['-q', '-h', folder, '-p', String(port)]);
      if (status === 0) return true;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await this.endServer('SIGQUIT');
    return false;
  }

  /** Runs a program of the server where it sees its data. */
  private command(name: string): readonly string[] {
    return [...(this.disk?.commandAs(WITHOUT_RIGHTS) ?? []), program(name)];
  }

  /** Entering the namespace of a disk needs root; the command itself gives up its rights. */
  private get rights(): typeof WITHOUT_RIGHTS | undefined {
    return this.disk === undefined ? this.user : undefined;
  }

  private async endServer(signal: NodeJS.Signals): Promise<void> {
    const { server } = this;
    if (server === undefined || server.exitCode !== null) return;
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill(signal);
    await ended;
  }
}

/** The server refuses to run as root. */
const WITHOUT_RIGHTS = { uid: 65_534, gid: 65_534 };

function ownerOfServer(): typeof WITHOUT_RIGHTS | undefined {
  return process.getuid?.() === 0 ? WITHOUT_RIGHTS : undefined;
}

/** Debian keeps the programs of the server in a folder for each version. */
function program(name: string): string {
  const [version] = readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a));
  if (version === undefined) throw new Error('PostgreSQL is missing: apt-get install postgresql');
  return join(DEBIAN, version, 'bin', name);
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });
}

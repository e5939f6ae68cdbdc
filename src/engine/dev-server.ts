// A PostgreSQL server for development: `pflow worker --dev` starts it, and ends it with the worker.
import { execFile } from 'node:child_process';
import { appendFileSync, chownSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Client } from 'pg';
import { PflowError } from '../errors.ts';
import { DEV_DATABASE, devDataFolder, devUrl, isTemporary } from './database.ts';
import { findPrograms, type Programs } from './dev-programs.ts';
import { loadPg } from './packages.ts';
import { present } from '../values/present.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Held by the worker that ends the server: the lock is free once that worker is dead. */
const OWNER_LOCK = 7_035_690_419;
/** The server refuses to run as root. */
const WITHOUT_RIGHTS = { uid: 65_534, gid: 65_534 };
/** A socket in the folder of the data, which is closed to other users: no port, no password. */
const SETTINGS = `
listen_addresses = ''
unix_socket_directories = '.'
port = 5432
`;
/** The system cuts longer paths of sockets. */
const LONGEST_FOLDER = 85;
const PAUSE_MS = 50;

const runFile = promisify(execFile);

export class DevServer {
  readonly url: string;
  readonly folder: string;
  private readonly data: string;
  /** Exists in every cluster. */
  private readonly firstUrl: string;
  private readonly programs: Programs;
  private owner: Client | undefined;

  private constructor(env: Environment) {
    this.data = devDataFolder(env);
    this.folder = dirname(this.data);
    this.url = devUrl(env);
    this.firstUrl = devUrl(env, 'postgres');
    const version = readIfThere(join(this.data, 'PG_VERSION'))?.trim();
    this.programs = findPrograms(env['PATH'] ?? '', {
      folder: this.folder,
      ...present({ version }),
    });
  }

  /**
   * Starts the server, or takes over the one of a worker that died. Throws ENGINE_MISSING, USAGE (another worker has
   * it), FILE_UNWRITABLE, DATABASE_UNAVAILABLE.
   */
  static async start(env: Environment): Promise<DevServer> {
    const server = new DevServer(env);
    refuseLongPath(server.data);
    await server.createCluster();
    await server.own();
    return server;
  }

  /** Ends the server; its data stays. */
  async stop(): Promise<void> {
    await this.owner?.end().catch(() => undefined);
    this.owner = undefined;
    try {
      await this.control('stop', '--mode', 'fast');
    } catch (error) {
      if (await this.isRunning()) throw error;
    }
  }

  /** Two workers may do this at once: the folder gets its name when it is complete. */
  private async createCluster(): Promise<void> {
    const { data, folder } = this;
    if (readIfThere(join(data, 'PG_VERSION')) !== undefined) return;
    const fresh = `${data}.${String(process.pid)}`;
    try {
      mkdirSync(folder, { recursive: true });
      rmSync(fresh, { recursive: true, force: true });
      mkdirSync(fresh, { mode: 0o700 });
      refuseClosedFolders(fresh);
      if (isRoot()) chownSync(fresh, WITHOUT_RIGHTS.uid, WITHOUT_RIGHTS.gid);
    } catch (error) {
      if (error instanceof PflowError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new PflowError('FILE_UNWRITABLE', `the development database cannot be created: ${reason}`, {
        path: folder,
        cause: error,
      });
    }
    try {
      await this.run(this.programs.initdb, [
        ...['--pgdata', fresh, '--auth', 'trust', '--username', 'pflow'],
        ...['--encoding', 'UTF8', '--locale', 'C'],
      ]);
      appendFileSync(join(fresh, 'postgresql.conf'), SETTINGS);
      renameSync(fresh, data);
    } catch (error) {
      rmSync(fresh, { recursive: true, force: true });
      // Another worker was first.
      if (readIfThere(join(data, 'PG_VERSION')) === undefined) throw error;
    }
  }

  /** Takes the lock of the owner. Starts the server if it does not run. */
  private async own(): Promise<void> {
    const { Client: ClientClass } = await loadPg();
    for (;;) {
      const client = new ClientClass({ connectionString: this.firstUrl });
      client.on('error', () => undefined);
      try {
        await client.connect();
      } catch (error) {
        if (!isTemporary(error)) throw error;
        await this.startServer();
        continue;
      }
      this.owner = client;
      return this.lock(client);
    }
  }

  private async lock(client: Client): Promise<void> {
    const { rows } = await client.query<{ free: boolean }>('SELECT pg_try_advisory_lock($1) AS free', [
      OWNER_LOCK,
    ]);
    if (rows[0]?.free !== true) {
      await client.end();
      throw new PflowError('USAGE', 'the development database is in use by another worker with --dev', {
        hint: 'Start further workers without --dev: they find the same database.',
      });
    }
    const found = await client.query('SELECT FROM pg_database WHERE datname = $1', [DEV_DATABASE]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${DEV_DATABASE}`);
  }

  /** Throws DATABASE_UNAVAILABLE if the server cannot run. */
  private async startServer(): Promise<void> {
    try {
      await this.control('start', '--log', join(this.data, 'server.log'));
    } catch (error) {
      // Another worker may be starting it, or it is just ending.
      if (!(await this.isRunning())) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  private async isRunning(): Promise<boolean> {
    return this.control('status').then(
      () => true,
      () => false,
    );
  }

  private async control(verb: string, ...words: readonly string[]): Promise<void> {
    await this.run(this.programs.pgCtl, [verb, '--pgdata', this.data, '--wait', ...words]);
  }

  private async run(program: string, words: readonly string[]): Promise<void> {
    try {
      await runFile(program, words, { cwd: this.folder, ...(isRoot() ? WITHOUT_RIGHTS : {}) });
    } catch (error) {
      const { stderr = '', message } = error as { stderr?: string; message: string };
      const log = readIfThere(join(this.data, 'server.log')) ?? '';
      throw new PflowError('DATABASE_UNAVAILABLE', `the development database failed: ${program}`, {
        details: [...lastLines(stderr === '' ? message : stderr), ...lastLines(log)],
        hint: `Its folder is ${this.folder}.`,
        cause: error,
      });
    }
  }
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function lastLines(text: string): readonly string[] {
  return text.trim().split('\n').slice(-5);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function refuseLongPath(data: string): void {
  if (Buffer.byteLength(data) <= LONGEST_FOLDER) return;
  throw new PflowError('USAGE', `the path of the development database is too long for a socket: ${data}`, {
    hint: `It may be at most ${String(LONGEST_FOLDER)} bytes long. Set PFLOW_HOME to a shorter path.`,
  });
}

/** The data must be accessible to a user other than root. */
function refuseClosedFolders(data: string): void {
  if (!isRoot()) return;
  for (let folder = dirname(data); ; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) {
      throw new PflowError(
        'USAGE',
        `PostgreSQL refuses to run as root, and user ${String(WITHOUT_RIGHTS.uid)} may not enter ${folder}`,
        {
          hint: 'Start the worker as another user, or set PFLOW_HOME to a folder that all may enter: /var/lib/pflow.',
        },
      );
    }
    if (folder === dirname(folder)) return;
  }
}

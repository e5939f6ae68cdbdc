// Invariant: the lock of a worker is free soon after its machine is gone, whatever became of the connection.
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { ExecutorLock } from '../../src/engine/executor-lock.ts';
import { Fleet, until } from '../support/fleet.ts';
import { TestDatabase } from '../support/postgres.ts';

const database = new TestDatabase();

const HOLDERS = `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

beforeAll(() => database.start());
afterAll(() => database.stop());

test('the server probes the connection that holds the lock of a worker', async () => {
  const fleet = new Fleet(database);
  database.query(
    fleet.url,
    `ALTER DATABASE ${new URL(fleet.url).pathname.slice(1)} SET log_statement = 'all'`,
  );
  await fleet.drain();
  const statements = database.log.split('\n').filter((line) => /keepalives|pg_advisory_lock/u.test(line));
  const ids = statements.map((line) => / \[(\d+)\] /u.exec(line)?.[1]);
  // A machine that lost its power is noticed after 10 and three times 5 seconds.
  expect(statements[0]).toMatch(/idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3$/u);
  expect([statements.length, ids[1]]).toEqual([2, ids[0]]);
});

test('a worker that was cut off takes nothing over until others are connected again, too', async () => {
  const url = database.create();
  const lock = new ExecutorLock(url, 'one', { reconnectingMs: 2 ** 31, startingMs: 0 });
  await lock.held();
  const taken: string[] = [];
  const takeOver = (from: string): Promise<string | undefined> =>
    lock.ifDead(from, () => {
      taken.push(from);
      return Promise.resolve(from);
    });
  expect([await takeOver('before'), lock.isSettled]).toEqual(['before', true]);
  const holder = (): string | undefined => database.query(url, HOLDERS)[0];
  const before = holder();
  const here = 'WHERE pid <> pg_backend_pid() AND datname = current_database()';
  database.query(url, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity ${here}`);
  await until(() => ![before, undefined].includes(holder()) && lock.isHeld);
  expect([await takeOver('after'), lock.isSettled]).toEqual([undefined, false]);
  expect(taken).toEqual(['before']);
  await lock.release();
});

test('a worker that has just started takes nothing over while the server has just started, too', async () => {
  const lock = new ExecutorLock(database.create(), 'one', { startingMs: 2 ** 31 });
  await lock.held();
  expect(await lock.stateOf('other')).toBe('unknown');
  await lock.release();
});

test('a worker counts as dead only when it has had the time to come back', async () => {
  const url = database.create();
  const [other, lock, hasty] = [
    new ExecutorLock(url, 'other'),
    new ExecutorLock(url, 'one', { reconnectingMs: 2 ** 31, startingMs: 0 }),
    new ExecutorLock(url, 'two', { reconnectingMs: 0 }),
  ];
  await Promise.all([other, lock, hasty].map((one) => one.held()));
  const states = (): Promise<readonly string[]> =>
    Promise.all([lock, hasty].map((one) => one.stateOf('other')));
  expect(await states()).toEqual(['held', 'held']);
  await other.release();
  // The server notices the end of a connection on its own.
  await until(() => database.query(url, HOLDERS).length === 2);
  expect(await states()).toEqual(['free', 'dead']);
  // A look of one does not hide from the other that the lock is free.
  for (let look = 0; look < 20; look += 1) expect(await states()).toEqual(['free', 'dead']);
  await Promise.all([lock, hasty].map((one) => one.release()));
});

test('a lock that is lost and cannot be taken again is reported', async () => {
  const url = database.create();
  database.query(url, 'CREATE ROLE locker LOGIN');
  const own = new URL(url);
  own.username = 'locker';
  const lock = new ExecutorLock(own.href, 'worker');
  await lock.held();
  lock.throwIfLost();
  database.query(url, 'ALTER ROLE locker NOLOGIN');
  database.query(url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'locker'");
  await vi.waitFor(() => {
    expect(() => {
      lock.throwIfLost();
    }).toThrow(/cannot be used: role "locker" is not permitted to log in/u);
  }, 60_000);
  await lock.release();
});

// Invariant: the lock of a worker is free soon after its machine is gone, whatever became of the connection.
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { ExecutorLock } from '../../src/engine/executor-lock.ts';
import { Fleet, until } from '../support/fleet.ts';
import { TestDatabase } from '../support/postgres.ts';

const database = new TestDatabase();

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
  const lock = new ExecutorLock(url, 'one', 2 ** 31);
  await lock.held();
  const taken: string[] = [];
  const takeOver = (from: string): Promise<string | undefined> =>
    lock.ifDead(from, () => {
      taken.push(from);
      return Promise.resolve(from);
    });
  expect([await takeOver('before'), lock.isSettled]).toEqual(['before', true]);
  const holder = (): string | undefined =>
    database.query(url, "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted")[0];
  const before = holder();
  const here = 'WHERE pid <> pg_backend_pid() AND datname = current_database()';
  database.query(url, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity ${here}`);
  await until(() => ![before, undefined].includes(holder()) && lock.isHeld);
  expect([await takeOver('after'), lock.isSettled]).toEqual([undefined, false]);
  expect(taken).toEqual(['before']);
  await lock.release();
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

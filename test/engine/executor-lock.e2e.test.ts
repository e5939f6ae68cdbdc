// Invariant: the lock of a worker is free soon after its machine is gone, whatever became of the connection.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Fleet } from '../support/fleet.ts';
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

// Invariant: commands that read a database at once leave whole copies of its logs.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { syncLogs } from '../../src/engine/synced-logs.ts';
import { Fleet } from '../support/fleet.ts';
import { TestDatabase } from '../support/postgres.ts';

const database = new TestDatabase();

beforeAll(() => database.start());
afterAll(() => database.stop());

const FLOW = {
  inputs: { number: { type: 'number' } },
  nodes: [{ id: 'one', type: 'echo', params: { data: '${number}' } }],
};

test('commands that copy logs at once leave each log as it is', async () => {
  const fleet = new Fleet(database);
  const inputs = Array.from({ length: 30 }, (_, number) => ({ number }));
  const runs = await fleet.submit(FLOW, inputs);
  await fleet.drain();
  const env = { PFLOW_HOME: join(fleet.folder, 'home') };
  const [first] = await Promise.all([0, 1, 2, 3].map(() => syncLogs(fleet.url, env)));
  const copies = first?.folder ?? '';
  await fleet.run('pull', '-o', 'logs');
  const logsIn = (folder: string): readonly string[] =>
    readdirSync(folder)
      .sort()
      .map((name) => `${name}\n${readFileSync(join(folder, name), 'utf8')}`);
  expect(logsIn(copies)).toEqual(logsIn(join(fleet.folder, 'logs')));
  expect(logsIn(copies)).toHaveLength(runs.length);
});

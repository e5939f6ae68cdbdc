// Invariant: commands read the logs in a database as they read files, also when several do so at once.
import { readFileSync, readdirSync, rmSync } from 'node:fs';
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

/** Files are named by their folder, which is that of the copies or another one. */
const withoutFolders = (text: string): string => text.replace(/[\w./-]*\/(?=[\w-]+\.ndjson)/gu, '');

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

test('commands that read logs take the address of a database in place of a file', async () => {
  const fleet = new Fleet(database);
  const runs = await fleet.submit(FLOW, [{ number: 1 }, { number: 2 }]);
  const [first = '', second = ''] = runs;
  await fleet.drain();
  await fleet.run('pull', '-o', 'logs');
  const { url } = fleet;
  const outputOf = async (words: readonly string[]): Promise<string> => {
    const { code, stdout } = await fleet.run(...words);
    expect([words, code]).toEqual([words, 0]);
    return stdout;
  };
  for (const [words, named] of [
    [['spend', '--json'], [url]],
    [['replay', '--project', 'cost,metrics,runs'], [url]],
    [['replay', '--project', 'timeline', '--run', first], [url]],
    [['replay', '--project', 'timeline', '--run', first], ['--db']],
    [['export', '--to', 'openmetrics'], [url]],
    [
      ['export', '--to', 'openmetrics'],
      ['--log', url],
    ],
    [['export', '--to', 'openmetrics'], ['--db']],
    [
      ['store', first, 'one'],
      ['--log', url],
    ],
    [
      ['store', first, 'one'],
      ['--database', url],
    ],
    [
      ['diff', first, second, '--json'],
      ['--database', url],
    ],
  ] as const) {
    const isLog = words[0] === 'store' || words[0] === 'diff';
    const fromFiles = await outputOf([...words, ...(isLog ? ['--log', 'logs'] : ['logs'])]);
    expect(fromFiles.length).toBeGreaterThan(2);
    expect(withoutFolders(await outputOf([...words, ...named]))).toBe(withoutFolders(fromFiles));
  }
  for (const named of [[url], ['--db'], ['--database', url]]) {
    const texts = [
      await outputOf(['verify', ...named]),
      await outputOf(['runs', ...named]),
      await outputOf(['show', second, ...named]),
      await outputOf(['why', second, ...named]),
    ];
    expect(texts[0]).toMatch(/2 logs, 2 runs, \d+ events: all ok/u);
    expect(texts[1]).toMatch(/2 runs: 2 success/u);
    expect(texts[2]).toContain(`run     ${second}`);
    expect(texts[3]).toBe(texts[2]);
    await outputOf(['report', second, ...named, '-o', 'page.html']);
    await outputOf(['report', second, 'logs', '-o', 'page-of-file.html']);
    const read = (name: string): string => readFileSync(join(fleet.folder, name), 'utf8');
    expect(withoutFolders(read('page.html'))).toBe(withoutFolders(read('page-of-file.html')));
    expect(await outputOf(['replay', 'page.html', '--project', 'store'])).toContain('"number"');
    for (const name of ['page.html', 'page-of-file.html']) rmSync(join(fleet.folder, name));
  }
  const pages = await fleet.run('report', url, '-o', 'pages');
  expect([pages.code, pages.stderr]).toEqual([0, 'pages/index.html: 2 runs, 2 pages of runs\n']);
});

test('addresses and runs that are wrong are named, without a change to the database', async () => {
  const fleet = new Fleet(database);
  await fleet.submit(FLOW, [{ number: 1 }]);
  await fleet.drain();
  const { url } = fleet;
  const absent = database.urlOf('absent');
  const empty = database.create();
  database.query('postgres', "CREATE ROLE guarded LOGIN PASSWORD 'right'");
  const withPassword = (password: string): string => url.replace('pflow@', `guarded${password}@`);
  const place = new URL(url).host;
  const unavailable = (name: string, reason: string): string =>
    `error DATABASE_UNAVAILABLE: the database postgres://${place}/${name} cannot be used: ${reason}`;
  const cases: readonly (readonly [readonly string[], number, string])[] = [
    [['spend', absent], 1, unavailable('absent', 'database "absent" does not exist')],
    [['report', 'last', absent], 1, unavailable('absent', 'database "absent" does not exist')],
    [['runs', '--database', absent], 1, unavailable('absent', 'database "absent" does not exist')],
    [['export', '--to', 'csv', absent], 1, unavailable('absent', 'database "absent" does not exist')],
    [
      ['verify', withPassword(':wrong')],
      1,
      unavailable(fleet.database, 'password authentication failed for user "guarded"'),
    ],
    [['spend', empty], 1, 'error LOG_EMPTY: the database has no run'],
    [['report', 'last', empty], 1, 'error LOG_EMPTY: the database has no run'],
    [['store', 'last', '--log', empty], 1, 'error LOG_EMPTY: the database has no run'],
    [['pull', '--database', empty, '-o', 'none'], 0, 'note   the database has no run'],
    [
      ['cancel', 'abc', '--database', empty],
      2,
      'error RUN_UNKNOWN: no run in the database has an id that begins with abc',
    ],
    [['show', 'abc', url], 2, 'error RUN_UNKNOWN: there is no run abc'],
    [['report', 'abc', '--db'], 2, 'error RUN_UNKNOWN: there is no run abc'],
    [['diff', 'last', 'abc', '--db'], 2, 'error RUN_UNKNOWN: there is no run abc'],
    [
      ['pull', 'abc', '-o', 'none'],
      2,
      'error RUN_UNKNOWN: no run in the database has an id that begins with abc',
    ],
    [
      ['show', withPassword(':right')],
      2,
      `error USAGE: postgres://${place}/${fleet.database} is a database and not a run`,
    ],
    [['diff', url, url], 2, `error USAGE: postgres://${place}/${fleet.database} is a database and not a run`],
    [
      ['show', 'last', '--follow', url],
      2,
      'error USAGE: --follow is for logs in files, and these are in a database',
    ],
    [
      ['spend', '--database', 'mysql://db/x'],
      2,
      'error USAGE: --database is not the address of a PostgreSQL database',
    ],
  ];
  for (const [words, code, message] of cases) {
    const { code: found, stderr } = await fleet.run(...words);
    expect([words, found, stderr.split('\n')[0]]).toEqual([words, code, message]);
    expect(stderr).not.toMatch(/wrong|:right/u);
  }
  const unnamed = await fleet.run('spend', withPassword(''));
  expect([unnamed.code, unnamed.stderr]).toEqual([1, expect.stringContaining('needs a password')]);
  const replayed = await fleet.run('replay', '--project', 'cost', '--run', 'abc', url);
  expect([replayed.code, replayed.stdout]).toEqual([2, expect.stringContaining('RUN_UNKNOWN')]);
  expect(
    database.query(empty, "SELECT nspname FROM pg_namespace WHERE nspname IN ('dbos', 'pflow')"),
  ).toEqual([]);
  // Who reads needs no more than the right to read.
  database.query(url, 'GRANT USAGE ON SCHEMA dbos, pflow TO guarded');
  database.query(url, 'GRANT SELECT ON ALL TABLES IN SCHEMA dbos, pflow TO guarded');
  const read = await fleet.run('runs', withPassword(':right'), '--format', 'json');
  expect([read.code, read.stderr]).toEqual([0, 'note   runs in the database: 1 ended\n']);
});

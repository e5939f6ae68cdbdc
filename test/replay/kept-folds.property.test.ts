// Law: whatever happened to logs and kept folds between two readings, the result is that of reading every log.
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, test, vi } from 'vitest';
import { encodeLine } from '../../src/log/write/line-encoder.ts';
import { findLogs } from '../../src/replay/find-logs.ts';
import { foldEachLog } from '../../src/replay/fold-each-log.ts';
import { spendLogs } from '../../src/replay/spend-logs.ts';
import { openKeptRuns } from '../../src/replay/kept-runs.ts';
import { startKeptSpend } from '../../src/replay/kept-spend.ts';
import { listRuns } from '../../src/replay/list-runs.ts';
import { KeptFolds, keptPath } from '../../src/replay/kept-folds.ts';
import { readFrames } from '../../src/replay/kept-frames.ts';
import type { ReplayOptions } from '../../src/replay/replay-options.ts';
import { startReplay } from '../../src/replay/threads.ts';
import { loadPricing } from '../../src/home/prices/pricing.ts';
import { RunBuilder, runId } from '../support/run-builder.ts';

const root = mkdtempSync(join(tmpdir(), 'pflow-kept-'));
const pricing = loadPricing();
let folders = 0;

beforeAll(() => {
  // Files that changed just now are not kept.
  vi.spyOn(Date, 'now').mockImplementation(() => performance.timeOrigin + performance.now() + 60_000);
});

afterAll(() => {
  vi.restoreAllMocks();
  rmSync(root, { recursive: true });
});

interface Place {
  readonly logs: string;
  readonly env: { readonly PFLOW_HOME: string };
}

/** Enough that groups of logs have several members. */
const SMALL_LOGS = 70;

/** A folder with one long log, so that keeping folds saves time, and small ones. */
function newPlace(smallLogs = 0): Place {
  const folder = join(root, String((folders += 1)));
  mkdirSync(join(folder, 'logs'), { recursive: true });
  const long = 'x'.repeat(4_200_000);
  writeLog(join(folder, 'logs', 'long.ndjson'), 0, { prompt: long });
  for (let number = 1; number <= smallLogs; number += 1)
    writeLog(join(folder, 'logs', `small-${String(number)}.ndjson`), 1_000 + number);
  return { logs: join(folder, 'logs'), env: { PFLOW_HOME: join(folder, 'home') } };
}

interface LogFacts {
  readonly prompt?: string;
  readonly isOpen?: boolean;
}

function bytesOfRun(number: number, { prompt = 'why?', isOpen = false }: LogFacts = {}): Buffer {
  const run = new RunBuilder(runId(number))
    .started({ workflow: { name: `flow ${String(number % 3)}`, hash: 'f00d' } })
    .workflow(['ask'], (inside) =>
      inside.node('ask', { ms: 1 }, (node) =>
        node.call({
          prompt,
          response: '.',
          usage: { input_tokens: 1_000 + (number % 7_777), output_tokens: 500 },
        }),
      ),
    );
  const { events } = isOpen ? run : run.ended('success');
  return Buffer.concat(events.map(encodeLine));
}

function writeLog(path: string, number: number, facts: LogFacts = {}): void {
  writeFileSync(path, bytesOfRun(number, facts));
}

type Query = NonNullable<ReplayOptions['spend']>;

const spendOf = (query: Query): ReplayOptions => ({ project: ['spend'], eachLog: true, spend: query });

/** Everything that the command prints, to the byte. */
async function spend({ logs, env }: Place, query: Query): Promise<string> {
  const started = startKeptSpend([logs], spendOf(query), env);
  const { results, gaps, notes, marks } = await spendLogs(started, spendOf(query));
  return JSON.stringify({ results, gaps, notes, marks }, undefined, 2);
}

async function coldSpend({ logs }: Place, query: Query): Promise<string> {
  const started = startReplay([logs], spendOf(query));
  const { results, gaps, notes, marks } = await foldEachLog(started, spendOf(query));
  return JSON.stringify({ results, gaps, notes, marks }, undefined, 2);
}

const unfolded = ({ logs, env }: Place): number => {
  const { found } = startKeptSpend([logs], spendOf({ by: 'day' }), env);
  return found === 'stdin' ? -1 : found.logs.length;
};

/** Whether the sums of all logs are kept. */
const isUnchanged = ({ logs, env }: Place): boolean =>
  startKeptSpend([logs], spendOf({ by: 'day' }), env).kept?.whole !== undefined;

function foldFiles({ env }: Place): string[] {
  const folder = join(env.PFLOW_HOME, 'cache');
  return readdirSync(folder).map((name) => join(folder, name));
}

/** A program can set the time of the content, and not that of the inode. */
const SET_TIME = 1_000;

const small = (logs: string, number: number): string => join(logs, `small-${String(number)}.ndjson`);

const newName = (): string => `${String((folders += 1))}.ndjson`;

/** What can happen to a folder between two readings. */
const ACTIONS: Readonly<Record<string, (place: Place, number: number) => void>> = {
  add: ({ logs }, number) => {
    writeLog(join(logs, `run-${String(number)}.ndjson`), number);
  },
  addOpen: ({ logs }, number) => {
    writeLog(join(logs, `run-${String(number)}.ndjson`), number, { isOpen: true });
  },
  copy: ({ logs }, number) => {
    copyFileSync(join(logs, 'long.ndjson'), join(logs, `copy-${String(number)}.ndjson`));
  },
  conflict: ({ logs }, number) => {
    writeLog(join(logs, `other-${String(number)}.ndjson`), 0, { prompt: 'other' });
  },
  remove: ({ logs }, number) => {
    rmSync(join(logs, `run-${String(number)}.ndjson`), { force: true });
  },
  damage: ({ logs }, number) => {
    writeFileSync(join(logs, `bad-${String(number)}.ndjson`), bytesOfRun(number).fill(0x7a, 40, 60));
  },
  cut: ({ logs }, number) => {
    writeFileSync(join(logs, `cut-${String(number)}.ndjson`), bytesOfRun(number).subarray(0, -9));
  },
  noLog: ({ logs }, number) => {
    writeFileSync(join(logs, `no-${String(number)}.ndjson`), '{"nodes":[]}');
  },
  small: ({ logs }, number) => {
    appendFileSync(small(logs, number), bytesOfRun(2_000 + number));
  },
  removeSmall: ({ logs }, number) => {
    rmSync(small(logs, number), { force: true });
  },
  replace: ({ logs }, number) => {
    const path = small(logs, number);
    writeLog(`${path}.new`, 3_000 + number);
    renameSync(`${path}.new`, path);
  },
  sameSize: ({ logs }, number) => {
    const path = small(logs, number);
    if (!existsSync(path)) return;
    writeLog(path, 4_000 + number);
    utimesSync(path, SET_TIME, SET_TIME);
  },
  touch: ({ logs }, number) => {
    if (existsSync(small(logs, number))) utimesSync(small(logs, number), SET_TIME, SET_TIME);
  },
  rename: ({ logs }, number) => {
    if (existsSync(small(logs, number))) renameSync(small(logs, number), small(logs, 100 + number));
  },
  swap: ({ logs }, number) => {
    const [one, two, other] = [small(logs, number), small(logs, number + 1), join(logs, 'other')];
    if (!existsSync(one) || !existsSync(two)) return;
    renameSync(one, other);
    renameSync(two, one);
    renameSync(other, two);
  },
  intoFolder: ({ logs }, number) => {
    mkdirSync(join(logs, 'inner'), { recursive: true });
    if (existsSync(small(logs, number)))
      renameSync(small(logs, number), join(logs, 'inner', `${String(number)}.ndjson`));
  },
  link: ({ logs }, number) => {
    if (existsSync(small(logs, number))) linkSync(small(logs, number), join(logs, `link-${newName()}`));
  },
  copySmall: ({ logs }, number) => {
    if (existsSync(small(logs, number))) copyFileSync(small(logs, number), join(logs, `same-${newName()}`));
  },
  damageFolds: (place, number) => {
    for (const path of foldFiles(place)) {
      const bytes = readFileSync(path);
      const at = (number * 997) % bytes.length;
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      writeFileSync(path, bytes);
    }
  },
  cutFolds: (place, number) => {
    for (const path of foldFiles(place)) {
      const bytes = readFileSync(path);
      writeFileSync(path, bytes.subarray(0, (number * 997) % bytes.length));
    }
  },
};

const step = fc.record({
  action: fc.constantFrom(...Object.keys(ACTIONS)),
  number: fc.integer({ min: 1, max: 5 }),
  query: fc.constantFrom<Query[]>(
    { by: 'day' },
    { by: 'workflow' },
    { by: 'node', since: '2026-11-22' },
    { by: 'model', until: '2026-11-21', timeZone: 'Asia/Tokyo' },
  ),
});

test('spend and runs print what they print without kept folds', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
      const place = newPlace(SMALL_LOGS);
      await spend(place, { by: 'day' });
      for (const { action, number, query } of steps) {
        ACTIONS[action]?.(place, number);
        const cold = await coldSpend(place, query);
        // The second time the sums are kept, if they can be.
        for (const reading of ['first', 'second']) expect(await spend(place, query), reading).toBe(cold);
        const found = findLogs([place.logs]);
        const kept = openKeptRuns(found, pricing, place.env);
        expect(kept).toBeDefined();
        expect(await listRuns(found, pricing, kept)).toEqual(await listRuns(found, pricing));
      }
      rmSync(join(place.logs, '..'), { recursive: true });
    }),
    { numRuns: 12 },
  );
});

describe('a second reading', () => {
  it('folds new logs only', async () => {
    const place = newPlace();
    for (let number = 1; number <= 5; number += 1) ACTIONS['add']?.(place, number);
    expect(unfolded(place)).toBe(6);
    await spend(place, { by: 'day' });
    expect(unfolded(place)).toBe(0);
    writeLog(join(place.logs, 'new.ndjson'), 9);
    expect(unfolded(place)).toBe(1);
  });

  it('adds unchanged groups of logs by their sums, and all logs if nothing changed', async () => {
    const place = newPlace(SMALL_LOGS);
    await spend(place, { by: 'day' });
    expect(isUnchanged(place)).toBe(true);
    const groups = (): readonly boolean[] =>
      startKeptSpend([place.logs], spendOf({ by: 'day' }), place.env).kept?.groups.map(
        ({ stored }) => stored !== undefined,
      ) ?? [];
    writeLog(join(place.logs, 'new.ndjson'), 9);
    expect(isUnchanged(place)).toBe(false);
    expect(groups().filter((isStored) => !isStored).length).toBe(1);
    await spend(place, { by: 'day' });
    expect(isUnchanged(place)).toBe(true);
    rmSync(small(place.logs, 1));
    expect(unfolded(place)).toBe(0);
    expect(groups().filter((isStored) => !isStored).length).toBeLessThan(2);
  });

  it('reads an unfinished log again, and no other one', async () => {
    const place = newPlace(SMALL_LOGS);
    ACTIONS['addOpen']?.(place, 1);
    const first = await spend(place, { by: 'day' });
    expect(unfolded(place)).toBe(1);
    expect(isUnchanged(place)).toBe(false);
    const [sums = ''] = foldFiles(place).filter((path) => path.endsWith('.sums'));
    const { mtimeNs, ino } = statSync(sums, { bigint: true });
    expect(await spend(place, { by: 'day' })).toBe(first);
    // Nothing else is to be kept.
    expect(statSync(sums, { bigint: true })).toMatchObject({ mtimeNs, ino });
  });

  it('finds a log that was written again with the same size and time', async () => {
    const place = newPlace(SMALL_LOGS);
    ACTIONS['touch']?.(place, 3);
    const before = statSync(small(place.logs, 3));
    const first = await spend(place, { by: 'day' });
    expect(isUnchanged(place)).toBe(true);
    ACTIONS['sameSize']?.(place, 3);
    const { size, mtimeMs, ino } = statSync(small(place.logs, 3));
    expect({ size, mtimeMs, ino }).toEqual({ size: before.size, mtimeMs: before.mtimeMs, ino: before.ino });
    const second = await spend(place, { by: 'day' });
    expect(second).not.toBe(first);
    expect(second).toBe(await coldSpend(place, { by: 'day' }));
  });

  it('reads all logs once if a run is in two of them, and then these two', async () => {
    const place = newPlace(SMALL_LOGS);
    await spend(place, { by: 'day' });
    ACTIONS['copySmall']?.(place, 1);
    await spend(place, { by: 'day' });
    expect(unfolded(place)).toBe(2);
    expect(await spend(place, { by: 'day' })).toBe(await coldSpend(place, { by: 'day' }));
    expect(unfolded(place)).toBe(2);
  });

  it('folds a log without its end again, and one that changed', async () => {
    const place = newPlace();
    ACTIONS['addOpen']?.(place, 1);
    await spend(place, { by: 'day' });
    expect(unfolded(place)).toBe(1);
    writeLog(join(place.logs, 'long.ndjson'), 0, { prompt: 'x'.repeat(4_200_001) });
    expect(unfolded(place)).toBe(2);
  });

  it('folds all logs again if a price changed', async () => {
    const place = newPlace();
    await spend(place, { by: 'day' });
    const book = join(place.logs, '..', 'book.json');
    writeFileSync(book, JSON.stringify({ 'acme/one': { input: 1, output: 1 } }));
    const { found } = startKeptSpend([place.logs], { ...spendOf({ by: 'day' }), pricing: [book] }, place.env);
    expect(found === 'stdin' ? 0 : found.logs.length).toBe(1);
  });

  it('keeps counts in a file that only its owner reads, and no content', async () => {
    const place = newPlace();
    await spend(place, { by: 'day' });
    const [path = ''] = foldFiles(place);
    expect(readFileSync(path, 'latin1')).not.toContain('xxxx');
  });
});

test('two processes that keep folds at once lose nothing that a third one would miss', () => {
  const folder = join(root, 'two');
  const log = (identity: string) => ({ identity, changed_ms: 0 });
  const path = join(folder, 'facts.folds');
  const [one, two] = [new KeptFolds(path), new KeptFolds(path)];
  one.add(log('a'), { runs: ['r1'], fold: 1 });
  two.add(log('b'), { runs: ['r2'], fold: 2n ** 70n });
  one.add(log('c'), { runs: ['r3'], fold: 3 }, 7);
  one.save([]);
  two.save([]);
  const third = new KeptFolds(path);
  expect([third.get(log('a')), third.get(log('b')), third.get(log('c')), third.get(log('c'), 7)]).toEqual([
    { runs: ['r1'], fold: 1 },
    { runs: ['r2'], fold: 2n ** 70n },
    undefined,
    { runs: ['r3'], fold: 3 },
  ]);
  expect(keptPath(folder, ['facts'])).not.toBe(keptPath(folder, ['other facts']));
});

test('a file of many readings is written again, with everything in it', () => {
  const path = join(root, 'many', 'facts.folds');
  const log = (number: number) => ({ identity: String(number), changed_ms: 0 });
  const [READINGS, GROUPS] = [104, 10];
  for (let reading = 0; reading < READINGS; reading += 1) {
    const folds = new KeptFolds(path);
    for (let group = 0; group < GROUPS; group += 1)
      folds.add(log(reading), { runs: [], fold: reading * group }, group);
    folds.save([]);
  }
  expect(readFrames(path).frames.length).toBeLessThan(READINGS * GROUPS - 1_000);
  const last = new KeptFolds(path);
  for (let reading = 0; reading < READINGS; reading += 1)
    expect(last.get(log(reading), reading % GROUPS)?.fold).toBe(reading * (reading % GROUPS));
});

test('a file of folds that is removed or replaced while it is read has no folds', () => {
  const path = join(root, 'removed', 'facts.folds');
  const log = { identity: 'a', changed_ms: 0 };
  const writer = new KeptFolds(path);
  writer.add(log, { runs: ['r1'], fold: 'x'.repeat(100) });
  writer.save([]);
  for (const change of [
    () => {
      writeFileSync(path, readFileSync(path).fill(7));
    },
    () => {
      rmSync(path);
    },
  ]) {
    const folds = new KeptFolds(path);
    // Finds the frames of the file.
    expect(folds.get(log, 1)).toBeUndefined();
    change();
    expect(folds.get(log)).toBeUndefined();
  }
});

test('a folder that cannot be written keeps nothing and stops nothing', () => {
  const file = join(root, 'file');
  writeFileSync(file, '');
  const folds = new KeptFolds(join(file, 'cache', 'x.folds'));
  folds.add({ identity: 'a', changed_ms: 0 }, { runs: [], fold: 1 });
  expect(() => {
    folds.save([]);
  }).not.toThrow();
});

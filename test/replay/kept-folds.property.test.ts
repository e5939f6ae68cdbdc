// Law: whatever happened to logs and kept folds between two readings, the result is that of reading every log.
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, test, vi } from 'vitest';
import { encodeLine } from '../../src/log/write/line-encoder.ts';
import { findLogs } from '../../src/replay/find-logs.ts';
import { foldEachLog } from '../../src/replay/fold-each-log.ts';
import { openKeptRuns } from '../../src/replay/kept-runs.ts';
import { startKeptSpend } from '../../src/replay/kept-spend.ts';
import { listRuns } from '../../src/replay/list-runs.ts';
import { KeptFolds } from '../../src/replay/kept-folds.ts';
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

/** A folder with one long log, so that keeping folds pays. */
function newPlace(): Place {
  const folder = join(root, String((folders += 1)));
  mkdirSync(join(folder, 'logs'), { recursive: true });
  const long = 'x'.repeat(4_200_000);
  writeLog(join(folder, 'logs', 'long.ndjson'), 0, { prompt: long });
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
      inside.node('ask', { ms: 1 }, (node) => node.call({ prompt, response: '.' })),
    );
  const { events } = isOpen ? run : run.ended('success');
  return Buffer.concat(events.map(encodeLine));
}

function writeLog(path: string, number: number, facts: LogFacts = {}): void {
  writeFileSync(path, bytesOfRun(number, facts));
}

const spendOf = (by: 'day' | 'workflow' | 'model'): ReplayOptions => ({
  project: ['spend'],
  eachLog: true,
  spend: { by },
});

/** Everything that the command prints. */
async function spend({ logs, env }: Place, by: 'day' | 'workflow' | 'model'): Promise<unknown> {
  const { results, notes, marks } = await foldEachLog(startKeptSpend([logs], spendOf(by), env), spendOf(by));
  return { results, notes, marks };
}

async function coldSpend({ logs }: Place, by: 'day' | 'workflow' | 'model'): Promise<unknown> {
  const { results, notes, marks } = await foldEachLog(startReplay([logs], spendOf(by)), spendOf(by));
  return { results, notes, marks };
}

const unfolded = ({ logs, env }: Place): number => {
  const { found } = startKeptSpend([logs], spendOf('day'), env);
  return found === 'stdin' ? -1 : found.logs.length;
};

function foldFiles({ env }: Place): string[] {
  const folder = join(env.PFLOW_HOME, 'cache');
  return readdirSync(folder).map((name) => join(folder, name));
}

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
  by: fc.constantFrom('day', 'workflow', 'model'),
});

test('spend and runs print what they print without kept folds', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
      const place = newPlace();
      await spend(place, 'day');
      for (const { action, number, by } of steps) {
        ACTIONS[action]?.(place, number);
        expect(await spend(place, by)).toEqual(await coldSpend(place, by));
        const found = findLogs([place.logs]);
        const kept = openKeptRuns(found, pricing, place.env);
        expect(kept).toBeDefined();
        expect(await listRuns(found, pricing, kept)).toEqual(await listRuns(found, pricing));
      }
      rmSync(join(place.logs, '..'), { recursive: true });
    }),
    { numRuns: 10 },
  );
});

describe('a second reading', () => {
  it('folds new logs only', async () => {
    const place = newPlace();
    for (let number = 1; number <= 5; number += 1) ACTIONS['add']?.(place, number);
    expect(unfolded(place)).toBe(6);
    await spend(place, 'day');
    expect(unfolded(place)).toBe(0);
    writeLog(join(place.logs, 'new.ndjson'), 9);
    expect(unfolded(place)).toBe(1);
  });

  it('folds a log without its end again, and one that changed', async () => {
    const place = newPlace();
    ACTIONS['addOpen']?.(place, 1);
    await spend(place, 'day');
    expect(unfolded(place)).toBe(1);
    writeLog(join(place.logs, 'long.ndjson'), 0, { prompt: 'x'.repeat(4_200_001) });
    expect(unfolded(place)).toBe(2);
  });

  it('folds all logs again if a price changed', async () => {
    const place = newPlace();
    await spend(place, 'day');
    const book = join(place.logs, '..', 'book.json');
    writeFileSync(book, JSON.stringify({ 'acme/one': { input: 1, output: 1 } }));
    const { found } = startKeptSpend([place.logs], { ...spendOf('day'), pricing: [book] }, place.env);
    expect(found === 'stdin' ? 0 : found.logs.length).toBe(1);
  });

  it('keeps counts in a file that only its owner reads, and no content', async () => {
    const place = newPlace();
    await spend(place, 'day');
    const [path = ''] = foldFiles(place);
    expect(readFileSync(path, 'latin1')).not.toContain('xxxx');
  });
});

test('two processes that keep folds at once lose nothing that a third one would miss', () => {
  const folder = join(root, 'two');
  const log = (identity: string) => ({ path: identity, weight: 1, isFound: true, identity, changed_ms: 0 });
  const [one, two] = [new KeptFolds(folder, ['facts']), new KeptFolds(folder, ['facts'])];
  one.add(log('a'), { runs: ['r1'], fold: 1 });
  two.add(log('b'), { runs: ['r2'], fold: 2n ** 70n });
  one.save();
  two.save();
  const third = new KeptFolds(folder, ['facts']);
  expect([third.get(log('a')), third.get(log('b')), third.get(log('c'))]).toEqual([
    { runs: ['r1'], fold: 1 },
    { runs: ['r2'], fold: 2n ** 70n },
    undefined,
  ]);
  expect(new KeptFolds(folder, ['other facts']).get(log('a'))).toBeUndefined();
});

test('a folder that cannot be written keeps nothing and stops nothing', () => {
  const file = join(root, 'file');
  writeFileSync(file, '');
  const folds = new KeptFolds(join(file, 'cache'), []);
  folds.add({ path: 'a', weight: 1, isFound: true, identity: 'a', changed_ms: 0 }, { runs: [], fold: 1 });
  expect(() => {
    folds.save();
  }).not.toThrow();
});

// Invariant: several threads give the result of one for a large log, byte for byte, and name damage in the same words.
import {
  appendFileSync,
  closeSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FOLDED_IN_PARTS } from '../../src/replay/threads.ts';
import { createProjections } from '../../projections/projection-list.ts';
import { LineEncoder } from '../../src/log/write/line-encoder.ts';
import { ROOT, runCli } from '../support/cli.ts';
import { eventsOf } from '../log/log-bytes-of.ts';
import { completed, LLM_COMPLETED, STARTED } from '../log/some-drafts.ts';
import { testPricing } from '../support/test-prices.ts';

const folder = mkdtempSync(join(tmpdir(), 'pflow-large-'));
const log = join(folder, 'large.ndjson');
const RUNS = 80;
const CALLS = 60;
/** The first byte of a model call half way through the log. */
let callInTheMiddle = 0;

beforeAll(() => {
  const file = openSync(log, 'w');
  let written = 0;
  const encoder = new LineEncoder();
  const prompt = 'explain more. '.repeat(1_100);
  const prompted = {
    type: 'llm.prompted',
    phase: 'workflow',
    node: 'ask',
    data: { call: 1, model: 'm', prompt },
  } as const;
  const calls = Array.from({ length: CALLS }, () => [prompted, LLM_COMPLETED]).flat();
  const run = eventsOf([STARTED, ...calls, completed(calls.length + 1)]);
  for (let number = 0; number < RUNS; number += 1) {
    const id = `0199f3a0-1c2d-7e3f-8a4b-${String(number).padStart(12, '0')}`;
    for (const event of run) {
      if (number === RUNS / 2 && event.seq === 2) callInTheMiddle = written;
      encoder.encode({ ...event, run: id });
      written += encoder.length;
      writeSync(file, encoder.bytes, 0, encoder.length);
    }
  }
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** With `--until` beyond the end of every run one thread reads it all. */
const ALONE = ['--until', '999999999'];

describe('a log of more than 64 MiB', () => {
  it.each(['metrics', 'cost', 'spend', 'metrics,cost'])(
    'a large log has the same %s with threads and without',
    async (names) => {
      const [together, alone] = await Promise.all([
        runCli(['replay', log, '--project', names]),
        runCli(['replay', log, '--project', names, ...ALONE]),
      ]);
      expect(together.code).toBe(0);
      expect(together.stdout).toContain('"calls": 4800');
      expect(together).toEqual(alone);
    },
  );

  it('damage in a large log is named with line, byte and seq, with threads and without', async () => {
    const damaged = join(folder, 'damaged.ndjson');
    copyFileSync(log, damaged);
    const file = openSync(damaged, 'r+');
    writeSync(file, 'X', callInTheMiddle + 300);
    closeSync(file);
    for (const flags of [[], ['--skip-corrupt']]) {
      const [together, alone] = await Promise.all([
        runCli(['replay', damaged, '--project', 'metrics,cost', ...flags]),
        runCli(['replay', damaged, '--project', 'metrics,cost', ...flags, ...ALONE]),
      ]);
      expect(together.code).toBe(flags.length === 0 ? 1 : 0);
      expect(together.stderr).toContain(
        `(byte ${String(callInTheMiddle)}, seq 2): the checksum does not match`,
      );
      expect(together).toEqual(alone);
    }
  });

  it.each(['its first run', 'its last run'])(
    'a large log that has %s twice is refused, with threads and without',
    async (which) => {
      const doubled = join(folder, 'doubled.ndjson');
      copyFileSync(log, doubled);
      const whole = readFileSync(log);
      const size = whole.length / RUNS;
      appendFileSync(doubled, which === 'its first run' ? whole.subarray(0, size) : whole.subarray(-size));
      const [together, alone] = await Promise.all([
        runCli(['replay', doubled, '--project', 'metrics']),
        runCli(['replay', doubled, '--project', 'metrics', ...ALONE]),
      ]);
      expect(together.code).toBe(1);
      expect(together.stderr).toContain('seq 0 occurs twice');
      expect(together).toEqual(alone);
    },
  );

  it('a copy of a large log in another folder counts once, with threads and without', async () => {
    mkdirSync(join(folder, 'copies/old'), { recursive: true });
    linkSync(log, join(folder, 'copies/large.ndjson'));
    linkSync(log, join(folder, 'copies/old/large.ndjson'));
    const [original, together, alone] = await Promise.all([
      runCli(['replay', log, '--project', 'cost']),
      runCli(['replay', join(folder, 'copies'), '--project', 'cost']),
      runCli(['replay', join(folder, 'copies'), '--project', 'cost', ...ALONE]),
    ]);
    expect(together.stdout).toBe(original.stdout);
    expect(together.stderr).toBe(
      `note ${join(folder, 'copies/old/large.ndjson')} repeats 80 runs of ${join(folder, 'copies/large.ndjson')}, counted once\n`,
    );
    expect(together).toEqual(alone);
  });

  it('a wrong projection or price file of a large log ends at once', async () => {
    expect((await runCli(['replay', log, '--project', 'metrics,nonsense'])).code).toBe(2);
    expect((await runCli(['replay', log, '--project', 'metrics', '--pricing', 'none.json'])).code).toBe(2);
  });

  it('a large log is folded by a thread for each core, up to four', async () => {
    const threads = join(folder, 'threads');
    const note = join(ROOT, 'fixtures/programs/note-thread.cjs');
    const env = { NODE_OPTIONS: `--require ${note}`, THREADS_FILE: threads };
    expect((await runCli(['replay', log, '--project', 'metrics'], { env })).code).toBe(0);
    const count = Math.min(availableParallelism(), 4);
    expect(readFileSync(threads, 'utf8').trim().split('\n').sort()).toEqual(
      Array.from({ length: count }, (_, thread) => String(thread)),
    );
  });
});

it('the projections that threads fold are those that merge to one result', () => {
  const combining = createProjections({ pricing: testPricing() }).filter(
    (projection) => projection.merge !== undefined && projection.scope === 'log',
  );
  // Answers hold every text of the log: sending them between threads takes longer than reading them.
  const expected = combining.map(({ name }) => name).filter((name) => name !== 'answers');
  expect([...FOLDED_IN_PARTS].sort()).toEqual(expected.sort());
});

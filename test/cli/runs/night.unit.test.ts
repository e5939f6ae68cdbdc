// The morning after: five questions about 40 logs, each answered by two commands.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sumAmounts } from '../../../projections/pricing/decimal.ts';
import type { Cost } from '../../../projections/cost/schema.ts';
import type { RunRow } from '../../../projections/runs/schema.ts';
import { replayLogs } from '../../../src/replay/replay-logs.ts';
import { printRuns, type RunListOptions } from '../../../src/cli/runs/print-runs.ts';
import { showRun, type ShowOptions } from '../../../src/cli/show/show-run.ts';
import { printStore } from '../../../src/cli/store/print-store.ts';
import { recordingTerminal } from '../../support/recording-terminal.ts';
import { IMPORT_FAILURE, writeNight, type Night } from './night.ts';

let night: Night;
const root = mkdtempSync(join(tmpdir(), 'pflow-night-'));

beforeAll(() => {
  night = writeNight(join(root, 'runs'));
});

afterAll(() => {
  rmSync(root, { recursive: true });
});

async function list(
  options: Partial<RunListOptions> = {},
): Promise<{ out: string; err: string; code: number }> {
  const terminal = recordingTerminal();
  const code = await printRuns(
    [night.folder],
    { format: 'table', timeZone: 'UTC', ...options },
    { ...terminal, columns: () => 120 },
  );
  return { ...terminal.printed, code };
}

async function show(reference: string, options: Partial<ShowOptions> = {}): Promise<string> {
  const terminal = recordingTerminal();
  await showRun({ reference, logs: () => [night.folder] }, { timeZone: 'UTC', ...options }, terminal);
  return terminal.printed.out;
}

test('what did the night do? Every run counts once, and nothing stops the list', async () => {
  const { out, err, code } = await list({ limit: Infinity });
  expect(out).toContain('39 runs: 33 success, 3 failed, 1 interrupted, 2 incomplete');
  expect(err).toContain('run-29.ndjson.gz repeats 1 run of');
  expect(err).toContain('is a symbolic link');
  expect(err).toContain('is torn');
  expect(code).toBe(0);
});

test('what failed, and why? Rows have the node, its attempts and the whole reason', async () => {
  const { out, code } = await list({ failed: true, exitCode: true });
  const rows = out.split('\n');
  expect(rows).toHaveLength(7);
  expect(rows[4]).toMatch(/^3 runs: 3 failed .*; besides 1 interrupted, 2 incomplete:$/u);
  expect(rows[5]).toBe('  --status interrupted or incomplete');
  expect(rows[3]).toMatch(
    /^29 Nov 07:10:00 {2}import +failed .* post ×3 +POST http:\/\/h\/hook answered 500/u,
  );
  expect(rows[1]).toMatch(/nested .* child\/ask {2}overloaded$/u);
  expect(code).toBe(1);
  const text = await show(night.failed);
  expect(text).toContain(IMPORT_FAILURE);
  expect(text).toMatch(/post +✗ .*3 attempts {2}waited/u);
  expect(text).toMatch(/never +· +not run/u);
  expect(text).toContain(`pflow resume ${join(night.folder, 'run-31.ndjson')}`);
});

test('what did it read, and where from? Values have their writer', async () => {
  const text = await show(night.failed);
  expect(text).toMatch(/host +http:\/\/h +input, from the environment/u);
  expect(text).toMatch(/ask\.response +because +from ask, seq \d+/u);
  const terminal = recordingTerminal();
  await printStore({ reference: night.failed, logs: () => [night.folder] }, ['ask.response'], {}, terminal);
  expect(terminal.printed.out).toBe('because\n');
});

test('what did the night cost? The rows add up to the total of the cost, to the last digit', async () => {
  const rows = JSON.parse((await list({ format: 'json' })).out) as RunRow[];
  const { results } = await replayLogs(night.folder, ['cost']);
  const { total_cost_usd } = results['cost'] as Cost;
  expect(sumAmounts(rows.map(({ cost_usd }) => cost_usd))).toBe(total_cost_usd);
});

test('what was running when it was killed? The node without an end', async () => {
  const { out } = await list({ status: 'incomplete' });
  expect(out).toMatch(/nightly +incomplete .* long +the log ends while it ran/u);
  const shown = await show(night.killed);
  expect(shown).toContain('long was running');
  expect(shown).toMatch(/^nightly +incomplete after at least \d+\.\d\d s ·/u);
});

test('what did a customer cost? Labels select runs, and CSV has all columns', async () => {
  const { out } = await list({ tag: { customer: 'acme' }, format: 'csv' });
  const [heading = '', row = '', ...rest] = out.split('\r\n');
  expect(heading.startsWith('run,workflow,status,started_at')).toBe(true);
  expect(row).toContain('import,failed,2026-11-29T07:10:00.000Z');
  expect(rest).toEqual(['']);
});

test('last-failed is the latest run that did not end in success; parts of ids are found', async () => {
  expect(await show('last-failed')).toContain('interrupted after 3.00 s');
  expect(await show('last')).toContain('notes   success');
  expect(await show(night.failed.slice(-6))).toContain('import   failed');
  await expect(show('0199f3a0')).rejects.toMatchObject({ code: 'RUN_UNKNOWN' });
  await expect(show('import')).rejects.toMatchObject({
    code: 'RUN_UNKNOWN',
    message: 'import is a workflow with 1 run, not a run',
    details: [`${night.failed}  2026-11-29T07:10:00Z  import  failed`],
  });
  await expect(show('gone/run.ndjson')).rejects.toMatchObject({
    code: 'FILE_NOT_FOUND',
    message: 'the log "gone/run.ndjson" does not exist',
  });
  await expect(show(`${night.folder}/`)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  const empty = join(root, 'empty.ndjson');
  writeFileSync(empty, '');
  await expect(show(empty)).rejects.toMatchObject({
    code: 'LOG_EMPTY',
    message: `${empty} has no run: it is empty, or cut off in its first line`,
  });
  const json = JSON.parse(await show(night.failed, { json: true })) as Record<string, unknown>;
  expect(Object.keys(json)).toEqual(['run', 'failure', 'timeline']);
});

test('times select runs: a day, and hours before now', async () => {
  const all = JSON.parse((await list({ json: true })).out) as readonly unknown[];
  const day = JSON.parse(
    (await list({ json: true, since: '2026-11-29', until: '2026-11-29' })).out,
  ) as unknown;
  expect(all).toHaveLength(39);
  expect(day).toEqual(all);
  expect(JSON.parse((await list({ json: true, until: '2026-11-28' })).out)).toEqual([]);
  await expect(list({ since: 'soon' })).rejects.toMatchObject({ code: 'USAGE' });
});

test('a workflow or a model that no run has is named, with the nearest one', async () => {
  expect(await list({ workflow: 'imprt' })).toMatchObject({
    out: '0 runs\n',
    err: expect.stringContaining('no run is of the workflow "imprt"; did you mean import?\n') as string,
    code: 0,
  });
  const { err } = await list({ workflow: 'import', model: 'nothing/like-this' });
  expect(err).toContain('note no run called the model "nothing/like-this"\n');
  expect(err).not.toContain('no run is of');
});

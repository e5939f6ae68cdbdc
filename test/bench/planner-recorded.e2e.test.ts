// Invariant: the recorded answers are what production code records today, and the page shows their current result.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { scoreCase, type CaseScore } from '../../bench/planner/score-case.ts';
import { fromRecord, RECORDED_LOG } from '../../bench/planner/plan-all.ts';
import { PLANNER_BENCH, readCases } from '../../bench/planner/read-cases.ts';
import { record } from '../../bench/planner/record.ts';
import { reportTable } from '../../bench/planner/report.ts';
import { loadPricing } from '../../src/home/prices/pricing.ts';

const AGAIN = 'npm run bench:planner -- --record';

/** A line holds the version of Node, and so does its checksum. */
function withoutNode(log: string): readonly string[] {
  return log
    .replaceAll(/"node_version":"[\d.]+"/gu, '"node_version":"NODE"')
    .replaceAll(/,"crc":"[\da-f]{8}"\}/gu, '}')
    .split('\n');
}

test(`the log is what is recorded today; else: ${AGAIN}`, async () => {
  const recorded = gunzipSync(readFileSync(RECORDED_LOG)).toString('utf8');
  expect(withoutNode(await record(readCases()))).toEqual(withoutNode(recorded));
});

test(`the page has the figures of today; else: ${AGAIN}`, async () => {
  const planOne = await fromRecord();
  const judgements: CaseScore[] = [];
  for (const one of readCases())
    judgements.push(await scoreCase(one, await planOne(one), { pricing: loadPricing(), execute: true }));
  const page = readFileSync(join(PLANNER_BENCH, 'README.md'), 'utf8');
  expect(page.split('<!-- figures -->')[1]).toContain(reportTable(judgements));
  // A benchmark that everything passes, or that nothing passes, would be worth nothing.
  const bad = judgements.filter(({ success }) => !success);
  expect(bad.map(({ name }) => name.slice(0, 2))).toEqual(['11', '12', '15', '18', '19']);
  expect(
    judgements.filter(({ rounds }) => rounds > 1).map(({ name, success }) => [name.slice(0, 2), success]),
  ).toEqual([
    ['04', true],
    ['05', true],
    ['11', false],
  ]);
});

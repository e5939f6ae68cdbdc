// `npm run bench:planner`: plans the sentences, scores the results, prints a table. Uses recorded answers unless
// --model names a model to call; the page is written for recorded answers only.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { loadPricing } from '../../src/home/prices/pricing.ts';
import { scoreCase, type CaseScore } from './score-case.ts';
import { planWithModel, fromRecord, RECORDED_LOG, type PlanOne } from './plan-all.ts';
import { PLANNER_BENCH, readCases } from './read-cases.ts';
import { record } from './record.ts';
import { reportTable, reportText } from './report.ts';
import { totalsOf } from './totals.ts';

const { values: flags } = parseArgs({
  options: {
    model: { type: 'string' },
    only: { type: 'string', multiple: true },
    execute: { type: 'boolean' },
    record: { type: 'boolean' },
    logs: { type: 'string' },
    json: { type: 'boolean' },
  },
});

const cases = readCases();
const chosen = cases.filter(({ name }) => flags.only?.some((part) => name.includes(part)) ?? true);
if (flags.record === true) writeFileSync(RECORDED_LOG, gzipSync(await record(cases), { level: 9 }));
const judgements: CaseScore[] = [];
const planOne = flags.model === undefined ? await fromRecord() : live(flags.model);
for (const one of chosen) {
  const execute = flags.model === undefined || flags.execute === true;
  judgements.push(await scoreCase(one, await planOne(one), { pricing: loadPricing(), execute }));
}
if (flags.json === true)
  console.log(JSON.stringify({ sentences: judgements, totals: totalsOf(judgements) }, undefined, 2));
else console.log(reportText(judgements));
if (flags.model === undefined && chosen.length === cases.length) writePage(judgements);

function live(model: string): PlanOne {
  const stamp = new Date().toISOString().replaceAll(/[:.]/gu, '-');
  const folder =
    flags.logs ?? join('runs', 'planner-bench', `${stamp}-${model.replaceAll(/[^\w.-]/gu, '-')}`);
  console.error(`calling ${model}, which costs money; logs in ${folder}`);
  if (flags.execute !== true)
    console.error('nothing of what it plans is run: --execute runs it, on this machine');
  return planWithModel(model, folder);
}

function writePage(all: readonly CaseScore[]): void {
  const page = join(PLANNER_BENCH, 'README.md');
  const [before = ''] = readFileSync(page, 'utf8').split('<!-- figures -->');
  const date = new Date().toISOString().slice(0, 10);
  writeFileSync(page, `${before}<!-- figures -->\n\nScored on ${date}.\n\n${reportTable(all)}\n`);
}

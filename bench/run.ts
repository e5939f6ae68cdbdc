// `npm run bench`: measures every figure, prints the table and keeps it in bench/README.md with the date. Each group
// is measured in a process of its own: what one has made the compiler believe must not slow down the next.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { appendFigures } from './append.ts';
import { table, type Figure } from './figures.ts';
import { nodeFigures, traceFigures } from './overhead.ts';
import { pricingFigures } from './pricing.ts';
import { spendFigures } from './spend.ts';
import { startUpFigures } from './start-up.ts';

const GROUPS: Readonly<Record<string, () => Promise<Figure[]>>> = {
  nodes: nodeFigures,
  trace: traceFigures,
  append: appendFigures,
  pricing: pricingFigures,
  spend: spendFigures,
  'start-up': startUpFigures,
};

const [, program = '', only] = process.argv;

if (only === undefined) measureAll();
else console.log(JSON.stringify((await GROUPS[only]?.()) ?? []));

function measureAll(): void {
  const figures = Object.keys(GROUPS).flatMap((group) => {
    const text = execFileSync(process.execPath, [program, group], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    return JSON.parse(text) as Figure[];
  });
  const date = new Date().toISOString().slice(0, 10);
  const machine = `Node ${process.versions.node}, ${cpus().length} cores, ${cpus()[0]?.model.trim() ?? 'unknown'}`;
  const text = `Measured on ${date}: ${machine}.\n\n${table(figures)}\n`;
  console.log(text);
  const page = join('bench', 'README.md');
  const [before = ''] = readFileSync(page, 'utf8').split('<!-- figures -->');
  writeFileSync(page, `${before}<!-- figures -->\n\n${text}`);
}

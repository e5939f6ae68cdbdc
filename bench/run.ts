// `npm run bench`: measures every figure, prints the tables and keeps them in bench/README.md with the date, and the
// charts beside it. `npm run bench -- reading` measures one group; a number after it is that of the events to read, for
// a quick look that is not kept. Each group is measured in a process of its own: what one has made the compiler believe
// must not slow down the next.
import { execFileSync } from 'node:child_process';
import { appendFigures } from './append.ts';
import { commandFigures } from './commands.ts';
import { engineFigures } from './engine.ts';
import { table, type Figure, type Measured } from './figures.ts';
import { jsonFigures } from './json.ts';
import { keptFigures } from './kept.ts';
import { languageFigures } from './language.ts';
import { nodeFigures, traceFigures } from './overhead.ts';
import { keepMeasured } from './page.ts';
import { pricingFigures } from './pricing.ts';
import { redactionFigures } from './redaction.ts';
import { resumeFigures } from './resume.ts';
import { runPageFigures } from './run-page.ts';
import { measureReading } from './reading/measure-reading.ts';
import { showFigures } from './show.ts';
import { spendFigures } from './spend.ts';
import { startUpFigures } from './start-up.ts';
import { tableFigures } from './tables.ts';
import { measureWriting } from './writing/measure-writing.ts';

type Group = (events: number | undefined) => Promise<Measured>;

const GROUPS: Readonly<Record<string, Group>> = {
  nodes: plain(nodeFigures),
  trace: plain(traceFigures),
  append: plain(appendFigures),
  writing: measureWriting,
  reading: measureReading,
  json: plain(jsonFigures),
  redaction: plain(redactionFigures),
  commands: plain(commandFigures),
  language: plain(languageFigures),
  pricing: plain(pricingFigures),
  spend: plain(spendFigures),
  kept: plain(keptFigures),
  resume: plain(resumeFigures),
  show: plain(showFigures),
  tables: plain(tableFigures),
  'start-up': plain(startUpFigures),
  'run-page': plain(runPageFigures),
  engine: plain(engineFigures),
};

/** Runs a group in this process instead of a child process. */
const ALONE = '--alone';

const [, program = '', ...words] = process.argv;
const alone = words.includes(ALONE);
const [name, count] = words.filter((word) => word !== ALONE);
const events = count === undefined ? undefined : Number(count);

if (name !== undefined && !Object.hasOwn(GROUPS, name)) {
  console.error(`there is no group "${name}": ${Object.keys(GROUPS).join(', ')}`);
  process.exitCode = 2;
} else if (alone) {
  console.log(JSON.stringify(await GROUPS[name ?? '']?.(events)));
} else {
  for (const group of name === undefined ? Object.keys(GROUPS) : [name]) measureGroup(group);
}

function measureGroup(group: string): void {
  const text = execFileSync(
    process.execPath,
    [program, group, ...(count === undefined ? [] : [count]), ALONE],
    {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const measured = JSON.parse(text) as Measured;
  console.log(`${group}\n\n${table(measured.figures)}\n`);
  if (events === undefined) keepMeasured(group, Object.keys(GROUPS), measured);
}

function plain(figures: () => Promise<readonly Figure[]>): Group {
  return async () => ({ figures: await figures() });
}

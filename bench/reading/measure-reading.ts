// Measures reading a log of a million events, as whole processes: our commands, and other programs with the same
// result. All read one file, which is in the page cache after a first run of each.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Measured } from '../figures.ts';
import { Comparison } from './comparison.ts';
import { excludeSearching, excludeSumming, searching, summing } from './contenders.ts';
import { damagedCopy } from './damaged-copy.ts';
import { EVENTS_PER_RUN, generateLog, requireRoom, type GeneratedLog } from './generate.ts';
import { eventsText, measureMemory } from './memory.ts';
import { multiplyLog } from './multiply.ts';

const EVENTS = 1_000_000;
const ROUNDS = 5;

/**
 * `events`: those of the log that all read; for the memory there is one with a tenth and one with ten times as many.
 */
export async function measureReading(events = EVENTS): Promise<Measured> {
  if (events <= 0 || events % (10 * EVENTS_PER_RUN) !== 0) {
    throw new Error(`the number of events must be a multiple of ${10 * EVENTS_PER_RUN}`);
  }
  const folder = mkdtempSync(join(tmpdir(), 'pflow-bench-'));
  try {
    requireRoom(folder, events * 11.2);
    report(`writing logs of ${events / 10} and ${events} events to ${folder}`);
    const small = await generateLog(join(folder, 'small.ndjson'), events / 10);
    const log = await generateLog(join(folder, 'log.ndjson'), events);
    const parts = [
      await measureSums(log, damagedCopy(small.path, join(folder, 'damaged.ndjson'))),
      await measureSearch(log),
      measureMemory([small, log, multiplied(log, join(folder, 'large.ndjson'))]),
    ];
    return {
      figures: parts.flatMap(({ figures }) => figures),
      charts: parts.flatMap(({ charts = [] }) => charts),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureSums(log: GeneratedLog, damaged: string): Promise<Measured> {
  const commands = summing(log.path);
  report('comparing the sums of everyone, then measuring');
  const result = await Comparison.of(ROUNDS, commands, excludeSumming(commands, damaged));
  const { events, megabytes } = textsOf(log);
  const metrics = `\`metrics\` of ${events} events (${megabytes})`;
  return {
    figures: [
      result.notSlower(`${metrics} over DuckDB`, 'metrics', 'DuckDB'),
      result.timesAsFast('jq over `metrics`', 'metrics', 'jq', 8),
      result.timesAsFast('the ndjson pipeline over `metrics`', 'metrics', 'ndjson', 4),
      result.timesAsFast('JSON.parse of every line over `metrics`', 'metrics', 'JSON.parse'),
      result.notSlower('`cost` of the same log over DuckDB', 'cost', 'DuckDB'),
      result.speed('`verify` of the same log', 'verify', log.bytes, 400),
    ],
    charts: [
      {
        file: 'reading-sums',
        title: `Tokens, calls and durations of ${events} events, by model and by node`,
        subtitle: `Seconds of the whole process, a log of ${megabytes}: short bars are good; × is times that of pflow metrics`,
        bars: result.bars({ metrics: 'pflow metrics', cost: 'pflow cost', ...RIVALS }, 'metrics'),
      },
      {
        file: 'reading-speed',
        title: 'How much of a log is read in a second',
        subtitle: `MB in each second of the whole process, a log of ${megabytes}: long bars are good`,
        bars: result.speedBars(
          { verify: 'pflow verify', metrics: 'pflow metrics', cost: 'pflow cost', ...RIVALS },
          log.bytes,
        ),
      },
    ],
  };
}

async function measureSearch(log: GeneratedLog): Promise<Measured> {
  const commands = searching(log.path, log.run);
  report('comparing what everyone finds of one run, then measuring');
  const result = await Comparison.of(ROUNDS, commands, excludeSearching(commands, log.run));
  const { events, megabytes } = textsOf(log);
  const runs = (log.events / EVENTS_PER_RUN).toLocaleString('en');
  const trace = `\`trace\` of one run among ${runs}`;
  return {
    figures: [
      result.notSlower(`${trace} over DuckDB that selects its events`, 'trace', 'DuckDB'),
      result.timesAsFast('jq over that `trace`', 'trace', 'jq'),
      result.timesAsFast('the ndjson pipeline over that `trace`', 'trace', 'ndjson'),
      result.timesAsFast('JSON.parse of every line over that `trace`', 'trace', 'JSON.parse'),
    ],
    charts: [
      {
        file: 'reading-one-run',
        title: `One run among ${runs}, out of a log of ${events} events`,
        subtitle: `Seconds of the whole process, ${megabytes}: short bars are good; × is times that of pflow trace`,
        bars: result.bars({ trace: 'pflow trace', ...RIVALS }, 'trace'),
      },
    ],
  };
}

const RIVALS = {
  DuckDB: 'DuckDB, 2 threads',
  'JSON.parse': 'JSON.parse of every line',
  ndjson: 'ndjson pipeline',
  jq: 'jq',
} as const;

function multiplied(log: GeneratedLog, path: string): GeneratedLog {
  report(`writing a log of ${10 * log.events} events, then measuring memory`);
  return multiplyLog(log, path, 10);
}

function textsOf({ events, bytes }: GeneratedLog): { readonly events: string; readonly megabytes: string } {
  return { events: eventsText(events), megabytes: `${(bytes / 1e6).toFixed(0)} MB` };
}

/** stdout belongs to the findings. */
function report(what: string): void {
  console.error(`reading: ${what}`);
}

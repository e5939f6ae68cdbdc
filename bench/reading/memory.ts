// Measures the peak memory of a program by the size of its log.
import { spawnSync } from 'node:child_process';
import type { Bar } from '../charts.ts';
import type { Figure, Measured } from '../figures.ts';
import { failure, pflow, rival, type Command } from './commands.ts';
import type { GeneratedLog } from './generate.ts';

const PEAK = './dist/bench/reading/peak.js';
const MOST_MB = 150;
/** Limits the growth from a hundred times as many events that counts as flat. */
const FLAT = 1.25;

/** `logs` from the smallest to the largest; rivals read the one in the middle. */
export function measureMemory(logs: readonly GeneratedLog[]): Measured {
  const found = Object.entries(COMMANDS).map(([name, command]) => measure(name, command, logs));
  const middle = logs[logs.length >> 1];
  const rivals = RIVALS.map(([label, name]) =>
    barOf(
      `${label}, ${eventsText(middle?.events ?? 0)}`,
      peakMegabytes(rival(name, middle?.path ?? '')),
      false,
    ),
  );
  return {
    figures: found.map(({ figure }) => figure),
    charts: [
      {
        file: 'reading-memory',
        title: 'The most memory that a program takes, by the number of events it reads',
        subtitle: 'MB of the whole process, threads included: short bars are good',
        bars: [...found.flatMap(({ bars }) => bars), ...rivals],
      },
    ],
  };
}

const COMMANDS: Readonly<Record<string, (log: GeneratedLog) => Command>> = {
  metrics: ({ path }) => pflow('replay', path, '--project', 'metrics'),
  cost: ({ path }) => pflow('replay', path, '--project', 'cost'),
  'trace of one run': ({ path, run }) => pflow('replay', path, '--project', 'trace', '--run', run),
  verify: ({ path }) => pflow('verify', path),
};
const RIVALS = [
  ['DuckDB', 'duckdb'],
  ['JSON.parse', 'json-parse'],
  ['ndjson pipeline', 'ndjson'],
] as const;

function measure(
  name: string,
  command: (log: GeneratedLog) => Command,
  logs: readonly GeneratedLog[],
): { readonly figure: Figure; readonly bars: readonly Bar[] } {
  const what = `peak memory of ${name}, ${logs.map(({ events }) => eventsText(events)).join(', ')} events`;
  const target = `≤ ${MOST_MB} MB, flat`;
  try {
    const peaks = logs.map((log) => peakMegabytes(command(log)));
    const [first = NaN] = peaks;
    const last = peaks.at(-1) ?? NaN;
    return {
      figure: {
        what,
        target: target,
        measured: `${peaks.map((peak) => peak.toFixed(0)).join(', ')} MB (${(last / first).toFixed(2)}×)`,
        reached: Math.max(...peaks) <= MOST_MB && last / first <= FLAT,
      },
      bars: peaks.map((peak, index) =>
        barOf(`pflow ${name}, ${eventsText(logs[index]?.events ?? 0)}`, peak, true),
      ),
    };
  } catch (error) {
    console.error((error as Error).message);
    return {
      figure: { what, target: target, measured: `failed: ${(error as Error).message}`, reached: false },
      bars: [],
    };
  }
}

function peakMegabytes(command: Command): number {
  const { program, args } = command;
  const { status, output, stderr } = spawnSync(program, ['--import', PEAK, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  if (status !== 0) throw failure(command, { status, stderr });
  return Number(output[3]) / 1e6;
}

/** 100,000 as 10⁵. */
export function eventsText(events: number): string {
  const exponent = Math.log10(events);
  if (!Number.isInteger(exponent)) return events.toLocaleString('en');
  return `10${String(exponent).replace(/\d/gu, (digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)] ?? '')}`;
}

function barOf(label: string, peak: number, ours: boolean): Bar {
  return { label, value: peak, text: `${peak.toFixed(0)} MB`, ours };
}

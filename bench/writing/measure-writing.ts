// Compares writing the same facts with other tools. The classes are what is kept when the process or the machine dies:
// in the kernel before the call returns, in a buffer of the process, or on the disk.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Chart } from '../charts.ts';
import type { Figure, Measured } from '../figures.ts';
import type { Race } from '../measure.ts';
import { raceWriters, requireInKernel, type WriteRounds } from './write-rounds.ts';
import type { WriterName } from './writers.ts';

const LABELS: Readonly<Record<WriterName, string>> = {
  ours: 'pflow',
  pino: 'pino, sync',
  otel: 'OpenTelemetry, span by span',
  'pino-buffered': 'pino, buffer of 4 KB',
  'otel-batch': 'OpenTelemetry, batches',
  'ours-durable': 'pflow --durable',
  'by-hand-durable': 'write and fdatasync by hand',
  'pino-durable': 'pino, sync and fsync',
};

const KERNEL = { names: ['ours', 'pino', 'otel'], events: 5_000, rounds: 20 } as const;
const BUFFERED = { names: ['ours', 'pino-buffered', 'otel-batch'], events: 5_000, rounds: 20 } as const;
const DISK = { names: ['ours-durable', 'by-hand-durable', 'pino-durable'], events: 20, rounds: 100 } as const;
const KILLED_AFTER = 5_000;

export async function measureWriting(): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-bench-'));
  try {
    for (const name of [...KERNEL.names, ...DISK.names]) await requireInKernel(name, folder);
    const kernel = new Comparison(KERNEL, await raceWriters(KERNEL, folder));
    const buffered = new Comparison(BUFFERED, await raceWriters(BUFFERED, folder));
    const disk = new Comparison(DISK, await raceWriters(DISK, folder));
    const lost = Object.fromEntries(BUFFERED.names.map((name) => [name, lostBy(name, folder)]));
    return {
      figures: [
        kernel.over('in the kernel before the call returns', 'ours', 'pino', 1),
        kernel.over('in the kernel before the call returns', 'ours', 'otel', 1),
        buffered.over('in the kernel over in a buffer', 'ours', 'pino-buffered'),
        buffered.over('in the kernel over in a buffer', 'ours', 'otel-batch'),
        ...BUFFERED.names.map((name) => lossFigure(name, lost[name] ?? NaN)),
        disk.over('on the disk before the call returns', 'ours-durable', 'by-hand-durable', 1.1),
        disk.over('on the disk before the call returns', 'ours-durable', 'pino-durable', 1),
      ],
      charts: [
        kernel.chart('writing-kernel', 'An event that kill -9 does not take back'),
        buffered.chart('writing-buffered', 'Beside writers that lose their last events on kill -9', lost),
        disk.chart('writing-durable', 'An event that a power cut does not take back'),
      ],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

class Comparison<Name extends WriterName> {
  private readonly names: readonly Name[];
  private readonly events: number;
  private readonly result: Race<Name>;

  constructor({ names, events }: WriteRounds<Name>, result: Race<Name>) {
    this.names = names;
    this.events = events;
    this.result = result;
  }

  /** Without `most` the figure has no target. */
  over(durability: string, ours: Name, theirs: Name, most?: number): Figure {
    const ratio = this.result.ratio(ours, theirs);
    return {
      what: `${LABELS[ours]} over ${LABELS[theirs]}: ${durability}`,
      ...(most === undefined ? {} : { target: `≤ ${most}×`, reached: ratio <= most }),
      measured: `${ratio.toFixed(2)}× (${this.each(ours)} over ${this.each(theirs)})`,
    };
  }

  /** `lost`: events that each loses when it is killed. */
  chart(file: string, title: string, lost: Readonly<Record<string, number>> = {}): Chart {
    return {
      file,
      title,
      subtitle:
        'µs for each event with the usage of a model call, the same facts for all: short bars are good',
      bars: this.names.map((name) => ({
        label: LABELS[name],
        value: this.result.median(name),
        text: `${this.each(name)}${(lost[name] ?? 0) > 0 ? `, ${lost[name]} lost` : ''}`,
        ours: name.startsWith('ours'),
      })),
    };
  }

  private each(name: Name): string {
    const micro = (this.result.median(name) * 1000) / this.events;
    return `${micro.toFixed(micro < 100 ? 2 : 0)} µs`;
  }
}

/** Counts the events that a writer loses if killed right after the last. */
function lostBy(name: WriterName, folder: string): number {
  const path = join(folder, `${name}-killed`);
  const args = ['dist/bench/writing/killed.js', name, path, String(KILLED_AFTER)];
  const { signal, stderr } = spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  if (signal !== 'SIGKILL') throw new Error(`${args.join(' ')} was not killed: ${stderr.toString()}`);
  return KILLED_AFTER - (readFileSync(path, 'utf8').split('\n').length - 1);
}

function lossFigure(name: WriterName, lost: number): Figure {
  return {
    what: `${LABELS[name]}: events lost by kill -9, of ${KILLED_AFTER}`,
    ...(name === 'ours' ? { target: '0', reached: lost === 0 } : {}),
    measured: String(lost),
  };
}

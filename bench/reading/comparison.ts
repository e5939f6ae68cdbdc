// Compares whole processes and reports figures and bars. Where one of two was excluded, the figure gives the reason and
// is not reached.
import type { Bar } from '../charts.ts';
import type { Figure } from '../figures.ts';
import { commandMilliseconds, race, type Race } from '../measure.ts';
import type { Command } from './commands.ts';
import type { Contenders, Excluded } from './contenders.ts';

export class Comparison<Name extends string> {
  private readonly result: Race<Name>;
  private readonly excluded: Excluded<Name>;

  private constructor(result: Race<Name>, excluded: Excluded<Name>) {
    this.result = result;
    this.excluded = excluded;
  }

  static async of<Name extends string>(
    rounds: number,
    commands: Contenders<Name>,
    excluded: Excluded<Name>,
  ): Promise<Comparison<Name>> {
    const going = Object.entries<Command>(commands)
      .filter(([name]) => !excluded.has(name as Name))
      .map(([name, { program, args }]) => [name, () => commandMilliseconds(program, args)]);
    const result = await race(rounds, Object.fromEntries(going) as Record<Name, () => number>);
    return new Comparison(result, excluded);
  }

  /** The target: `ours` takes no longer than `theirs`. */
  notSlower(what: string, ours: Name, theirs: Name): Figure {
    const target = '≤ 1×';
    const ratio = this.result.ratio(ours, theirs);
    return (
      this.voided(what, target, [ours, theirs]) ?? {
        what,
        target: target,
        measured: `${ratio.toFixed(2)}× (${this.seconds(ours)} over ${this.seconds(theirs)})`,
        reached: ratio <= 1,
      }
    );
  }

  /** The target: `ours` is `least` times as fast as `theirs`; without `least` the figure has no target. */
  timesAsFast(what: string, ours: Name, theirs: Name, least?: number): Figure {
    const target = least === undefined ? {} : { target: `≥ ${least}×` };
    const ratio = this.result.ratio(theirs, ours);
    return (
      this.voided(what, target.target, [ours, theirs]) ?? {
        what,
        ...target,
        measured: `${ratio.toFixed(1)}× (${this.seconds(theirs)} over ${this.seconds(ours)})`,
        ...(least === undefined ? {} : { reached: ratio >= least }),
      }
    );
  }

  /** MB of `bytes` in each second of the whole process. */
  speed(what: string, name: Name, bytes: number, least: number): Figure {
    const target = `≥ ${least} MB/s`;
    const reached = this.megabytesPerSecond(name, bytes);
    return (
      this.voided(what, target, [name]) ?? {
        what,
        target: target,
        measured: `${reached.toFixed(0)} MB/s (${this.seconds(name)})`,
        reached: reached >= least,
      }
    );
  }

  /** Seconds of those who took part, and how many times those of `base` they are. */
  bars(labels: Readonly<Partial<Record<Name, string>>>, base: Name): Bar[] {
    return this.labelled(labels).map(([name, label]) => {
      const value = this.result.median(name);
      const times = value / this.result.median(base);
      return {
        label,
        value,
        text: name === base ? this.seconds(name) : `${this.seconds(name)} · ${times.toFixed(1)}×`,
        ours: label.startsWith('pflow'),
      };
    });
  }

  speedBars(labels: Readonly<Partial<Record<Name, string>>>, bytes: number): Bar[] {
    return this.labelled(labels).map(([name, label]) => {
      const value = this.megabytesPerSecond(name, bytes);
      return { label, value, text: `${value.toFixed(0)} MB/s`, ours: label.startsWith('pflow') };
    });
  }

  private labelled(labels: Readonly<Partial<Record<Name, string>>>): [Name, string][] {
    return (Object.entries(labels) as [Name, string][]).filter(([name]) => !this.excluded.has(name));
  }

  private voided(what: string, target: string | undefined, names: readonly Name[]): Figure | undefined {
    const out = names.find((name) => this.excluded.has(name));
    if (out === undefined) return undefined;
    const measured = `void: ${this.excluded.get(out) ?? ''}`;
    return { what, ...(target === undefined ? {} : { target: target }), measured, reached: false };
  }

  private seconds(name: Name): string {
    return `${(this.result.median(name) / 1000).toFixed(2)} s`;
  }

  private megabytesPerSecond(name: Name, bytes: number): number {
    return bytes / 1e6 / (this.result.median(name) / 1000);
  }
}

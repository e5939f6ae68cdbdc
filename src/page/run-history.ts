// Folds a run up to any of its events. Going on from the last one costs only the events between.
import type { Pricing } from '../../projections/pricing/pricing.ts';
import type { LogLine } from './log-lines.ts';
import { startRunFold, type RunFold, type RunModel } from './run-model.ts';

export class RunHistory {
  private readonly lines: readonly LogLine[];
  private readonly pricing: Pricing;
  private fold: RunFold;
  private next = 0;

  constructor(lines: readonly LogLine[], pricing: Pricing) {
    this.lines = lines;
    this.pricing = pricing;
    this.fold = startRunFold(pricing);
  }

  /** The run after the event with this index. */
  at(index: number): RunModel {
    if (index + 1 < this.next) {
      this.fold = startRunFold(this.pricing);
      this.next = 0;
    }
    for (; this.next <= index; this.next += 1) {
      const line = this.lines[this.next];
      if (line !== undefined) this.fold.add(line.event);
    }
    return this.fold.model();
  }
}

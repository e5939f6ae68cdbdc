// Folds a run up to any of its events. Going on from the last one costs only the events between.
import type { Pricing } from '../../projections/pricing/create-pricing.ts';
import type { RunRow } from '../../projections/runs/schema.ts';
import type { LogLine } from './log-lines.ts';
import { startRunFold, withStatus, type RunModelFold, type RunModel } from './run-model.ts';

export class RunHistory {
  private readonly lines: readonly LogLine[];
  private readonly pricing: Pricing;
  private readonly status: RunRow['status'];
  private fold: RunModelFold;
  private next = 0;

  /** `status`: after the last event, as the maker of the page knew it. */
  constructor(lines: readonly LogLine[], pricing: Pricing, status: RunRow['status']) {
    this.lines = lines;
    this.status = status;
    this.pricing = pricing;
    this.fold = startRunFold(pricing);
  }

  /** The run after the event with this index. Before the last one it was running, unless it had ended. */
  at(index: number): RunModel {
    if (index + 1 < this.next) {
      this.fold = startRunFold(this.pricing);
      this.next = 0;
    }
    for (; this.next <= index; this.next += 1) {
      const line = this.lines[this.next];
      if (line !== undefined) this.fold.add(line.event);
    }
    const model = this.fold.model();
    if (index >= this.lines.length - 1) return withStatus(model, this.status);
    return model.row?.status === 'incomplete' ? withStatus(model, 'running') : model;
  }
}

// Reads what earlier executions of a run recorded in the database: its steps, their lines, and the items of batches.
import type { LogEvent } from '../events/event.ts';
import { EarlierRun } from '../run/resume/earlier-run.ts';

/** The result of a durable step: what it added to the log. */
export interface StepResult {
  readonly lines: string;
  /** The node threw; its last event has the error. */
  readonly threw?: boolean;
  /** The node waits for approval. It has done nothing yet. */
  readonly waiting?: boolean;
}

export interface RecordedStep {
  readonly name: string;
  readonly output: unknown;
}

/** An entry of the stream `items`: the start of an item that may act, or the events of one that has completed. */
export interface ItemEntry {
  readonly key: string;
  readonly node: string;
  readonly lines?: string;
}

export class RecordedRun {
  readonly events: readonly LogEvent[];
  /** Its records are those of completed nodes. */
  readonly fold: EarlierRun;
  private readonly names: ReadonlySet<string>;
  private readonly spans = new Map<string, readonly LogEvent[]>();
  private readonly items = new Map<string, readonly LogEvent[]>();
  private readonly begun = new Map<string, Set<string>>();

  constructor(run: string, steps: readonly RecordedStep[], entries: readonly ItemEntry[]) {
    this.fold = new EarlierRun(run);
    this.names = new Set(steps.map(({ name }) => name));
    const events: LogEvent[] = [];
    for (const { name, output } of steps) {
      if (!isStepResult(output)) continue;
      const added = parseLines(output.lines);
      events.push(...added);
      this.spans.set(name, added);
    }
    for (const event of events) this.fold.add(event);
    this.events = events;
    for (const entry of entries) this.addEntry(entry);
  }

  has(step: string): boolean {
    return this.names.has(step);
  }

  /** The events that the step added to the log. */
  eventsOf(step: string): readonly LogEvent[] {
    return this.spans.get(step) ?? [];
  }

  /** The number of the last model call. Calls of items that are not in the log yet get new numbers. */
  get lastCall(): number {
    return this.events.map(callNumber).reduce((last, call) => Math.max(last, call), 0);
  }

  /** The events of an item that has completed in a batch that has not. */
  itemEvents(key: string): readonly LogEvent[] | undefined {
    return this.items.get(key);
  }

  /** True if an item of the node was started and has no end. */
  hasOpenItem(node: string): boolean {
    return [...(this.begun.get(node) ?? [])].some((key) => !this.items.has(key));
  }

  private addEntry({ key, node, lines }: ItemEntry): void {
    if (lines !== undefined) {
      this.items.set(key, parseLines(lines));
      return;
    }
    const keys = this.begun.get(node) ?? new Set();
    this.begun.set(node, keys.add(key));
  }
}

function callNumber({ data }: LogEvent): number {
  return 'call' in data && typeof data.call === 'number' ? data.call : 0;
}

function isStepResult(output: unknown): output is StepResult {
  return (
    typeof output === 'object' && output !== null && 'lines' in output && typeof output.lines === 'string'
  );
}

function parseLines(lines: string): LogEvent[] {
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const { crc: _crc, ...event } = JSON.parse(line) as LogEvent & { readonly crc?: unknown };
      return event;
    });
}

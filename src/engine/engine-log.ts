// Keeps the log of a run as lines for the database. Events that an earlier worker recorded are delivered as they were.
import { PflowError } from '../errors.ts';
import type { EventDraft, EventPlace, LogEvent } from '../events/event.ts';
import { BaseLog } from '../log/write/base-log.ts';
import type { LogState } from '../log/write/event-log.ts';
import { encodeLine } from '../log/write/line-encoder.ts';
import type { Redactor } from '../log/secrets/redaction.ts';
import { EngineClock } from './engine-clock.ts';

interface EngineLogOptions {
  readonly run: string;
  readonly recorded: readonly LogEvent[];
  readonly redactor: Redactor;
}

export class EngineLog extends BaseLog {
  readonly time: EngineClock;
  private readonly recorded: readonly LogEvent[];
  private lines: string[] = [];
  private lastSeq = -1;
  private note: EventDraft | undefined;

  constructor({ run, recorded, redactor }: EngineLogOptions) {
    const clock = new EngineClock(recorded);
    super({ run, level: 'trace', host: clock, redactor });
    this.time = clock;
    this.recorded = recorded;
  }

  get state(): LogState {
    return { complete: true, lastSeq: this.lastSeq };
  }

  override append(draft: EventDraft): void {
    const recorded = this.recorded[this.lastSeq + 1];
    if (recorded === undefined) {
      this.appendNew(draft);
      return;
    }
    const isNote = recorded.type === 'warning.raised' && recorded.data.code === TAKEN_OVER;
    if (!isNote && !isSamePlace(recorded, draft)) throw divergedError(this.run, recorded, draft);
    this.deliver(recorded);
    if (isNote || hasDecided(recorded, draft)) this.append(draft);
  }

  /** Appends that the run goes on here, before the next event that is new. */
  noteTakeOver(message: string): void {
    this.note = { type: 'warning.raised', phase: 'workflow', data: { code: TAKEN_OVER, message } };
  }

  /** Delivers recorded events up to this one. */
  repeatTo(seq: number): void {
    for (;;) {
      const event = this.recorded[this.lastSeq + 1];
      if (event === undefined || event.seq > seq) return;
      this.deliver(event);
    }
  }

  /** Returns the lines of events since the last call. */
  takeLines(): string {
    const text = this.lines.join('');
    this.lines = [];
    return text;
  }

  protected keep(event: LogEvent): void {
    this.lines.push(encodeLine(event).toString());
    this.lastSeq = event.seq;
  }

  protected release(): void {
    // The lines are written by the run.
  }

  private appendNew(draft: EventDraft): void {
    this.time.goOn();
    const { note } = this;
    this.note = undefined;
    if (note !== undefined) super.append(note);
    super.append(draft);
  }

  private deliver(event: LogEvent): void {
    this.time.repeat(event);
    this.lastSeq = event.seq;
    this.repeat(event);
  }
}

const TAKEN_OVER = 'RUN_TAKEN_OVER';

/** The node had waited for approval, and does not wait any more. */
function hasDecided(recorded: LogEvent, draft: EventDraft): boolean {
  return (
    recorded.type === 'node.approval' &&
    draft.type === 'node.approval' &&
    recorded.data.decision === 'waiting' &&
    draft.data.decision !== 'waiting'
  );
}

function isSamePlace(event: LogEvent, draft: EventDraft & EventPlace): boolean {
  return (
    event.type === draft.type &&
    event.node === draft.node &&
    (event.visit ?? 1) === (draft.visit ?? 1) &&
    event.item === draft.item
  );
}

function divergedError(run: string, event: LogEvent, draft: EventDraft): PflowError {
  return new PflowError(
    'RUN_UNRESUMABLE',
    `run ${run} recorded "${event.type}" at seq ${String(event.seq)}, and reaches "${draft.type}" here`,
    {
      hint: 'The worker that recorded it had another version of pflow or other files. Submit the run again.',
    },
  );
}

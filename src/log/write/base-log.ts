// What every log does with a draft: copy and redact, check, stamp, freeze, keep, tell. Where an event is
// kept is the affair of the two logs built on it.
import { freeze } from 'immer';
import { PflowError } from '../../errors.ts';
import type { EventDraft, LogEvent, EventPlace } from '../../events/event.ts';
import type { Level } from '../../events/vocabulary.ts';
import { checkDraft } from './draft-check.ts';
import type { EventLog, LogState } from './event-log.ts';
import { JsonSafeCopier } from './json-safe.ts';
import type { LineBuffer } from './line-buffer.ts';
import type { LogHost } from './log-host.ts';
import { copyPayload } from './payload.ts';
import { PlainPayload } from './plain-payload.ts';
import type { Redactor } from '../secrets/redaction.ts';
import { RunClock } from './run-clock.ts';
import { uuidV7 } from './uuid-v7.ts';

export interface LogOptions {
  readonly level: Level;
  readonly host: LogHost;
  readonly redactor: Redactor;
}

type Listener = (event: LogEvent) => void;

interface Told {
  readonly tell: Listener;
  /** May keep what it is told. */
  readonly holds: boolean;
}

export abstract class BaseLog implements EventLog {
  readonly run: string;
  readonly level: Level;
  private readonly redactor: Redactor;
  private readonly copier: JsonSafeCopier;
  private readonly plain: PlainPayload;
  private readonly clock: RunClock;
  /** Replaced and never changed, so that who is told stays the same while an event is told. */
  private listeners: readonly Told[] = [];
  private holders = 0;
  private readonly untold: LogEvent[] = [];
  private telling = false;
  private nextSeq = 0;
  private ended: 'closed' | 'completed' | undefined;

  /** `line`: where a plain payload is put in JSON while it is copied. */
  constructor(options: LogOptions, line?: LineBuffer) {
    const { host } = options;
    this.run = uuidV7(host.now(), host.randomBytes(10));
    this.level = options.level;
    this.redactor = options.redactor;
    this.copier = new JsonSafeCopier(options.redactor);
    this.plain = new PlainPayload(options.redactor, this.copier, line);
    this.clock = new RunClock(host);
  }

  abstract readonly state: LogState;
  /** Never throws for what a disk does. `stands`: the data of the event stands in the line already. */
  protected abstract keep(event: LogEvent, stands: boolean): void;
  /** Whether `keep` holds on to events. */
  protected readonly holds: boolean = false;
  protected abstract release(): void;

  append(draft: EventDraft): void {
    if (this.ended !== undefined) {
      throw new PflowError('INTERNAL', `event "${draft.type}" came after the log was ${this.ended}`);
    }
    const held = this.holds || this.holders > 0;
    const plain = this.plain.copy(draft.data, held);
    const data = plain ?? this.copied(draft.data, held);
    checkDraft(draft, data, this.level);
    const event = this.stamped(draft, data);
    // The payload is frozen already, at every depth. What nobody will hold nobody can change.
    if (held) freeze(event);
    this.nextSeq += 1;
    if (event.type === 'run.completed') this.ended = 'completed';
    this.keep(event, plain !== undefined);
    this.tell(event);
  }

  recorded(value: unknown): unknown {
    return this.copier.keep(value);
  }

  redacted(text: string): string {
    return this.redactor.text(text);
  }

  conceal(name: string, value: string): void {
    this.redactor.conceal(name, value);
  }

  subscribe(listener: Listener): () => void {
    return this.add({ tell: listener, holds: true });
  }

  follow(reader: Listener): () => void {
    return this.add({ tell: reader, holds: false });
  }

  close(): void {
    if (this.ended === 'closed') return;
    this.ended = 'closed';
    this.release();
  }

  private copied(data: object, held: boolean): object {
    this.copier.freezes = held;
    const copy = copyPayload(this.copier, data);
    this.copier.freezes = true;
    return copy;
  }

  /** An object of its own for each: the same listener may be added twice and is then told twice. */
  private add(own: Told): () => void {
    this.setListeners([...this.listeners, own]);
    return () => {
      this.setListeners(this.listeners.filter((each) => each !== own));
    };
  }

  private setListeners(listeners: readonly Told[]): void {
    this.listeners = listeners;
    this.holders = listeners.filter(({ holds }) => holds).length;
  }

  /** Keys in the order in which they are written. */
  private stamped(draft: EventDraft & EventPlace, data: object): LogEvent {
    this.clock.tick();
    const event: Record<string, unknown> = {
      type: draft.type.startsWith('x.') ? this.redactor.text(draft.type) : draft.type,
      seq: this.nextSeq,
      run: this.run,
      at: this.clock.at,
      ms: this.clock.ms,
    };
    if (draft.phase !== undefined) event['phase'] = draft.phase;
    if (draft.node !== undefined) event['node'] = this.redactor.text(draft.node);
    if (draft.visit !== undefined) event['visit'] = draft.visit;
    if (draft.item !== undefined) event['item'] = draft.item;
    if (draft.attempt !== undefined) event['attempt'] = draft.attempt;
    event['data'] = data;
    return event as unknown as LogEvent;
  }

  /** In order, although a listener may append. One that throws does not keep the others from being told. */
  private tell(event: LogEvent): void {
    if (this.listeners.length === 0) return;
    if (this.telling) {
      this.untold.push(event);
      return;
    }
    this.telling = true;
    const failures: unknown[] = [];
    for (let next: LogEvent | undefined = event; next !== undefined; next = this.untold.shift()) {
      // Who subscribes while events wait to be told gets them frozen, too.
      if (this.holders > 0 && !Object.isFrozen(next)) freeze(next, true);
      for (const { tell } of this.listeners) attempt(tell, next, failures);
    }
    this.telling = false;
    if (failures.length > 0) {
      throw new PflowError('INTERNAL', `a listener of the log failed on "${event.type}"`, {
        cause: failures[0],
      });
    }
  }
}

function attempt(listener: Listener, event: LogEvent, failures: unknown[]): void {
  try {
    listener(event);
  } catch (error) {
    failures.push(error);
  }
}

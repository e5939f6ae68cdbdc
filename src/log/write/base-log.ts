// Appends drafts: copies and redacts, checks, stamps, freezes, keeps, notifies. Subclasses decide where events go.
import { freeze } from 'immer';
import { PflowError } from '../../errors.ts';
import type { EventDraft, LogEvent, EventPlace } from '../../events/event.ts';
import { payloadShape } from '../../events/payload-shape.ts';
import type { TextShape } from '../../events/text-shape.ts';
import type { Level } from '../../events/vocabulary.ts';
import { checkDraft } from './draft-check.ts';
import type { EventLog, LogState } from './event-log.ts';
import { identifierRules } from './identifier-rules.ts';
import { JsonSafeCopier } from './json-safe.ts';
import type { LineBuffer } from './line-buffer.ts';
import type { LogHost } from './log-host.ts';
import { copyPayload, type PayloadCopiers } from './payload.ts';
import { PlainPayload } from './plain-payload.ts';
import type { Redactor } from '../secrets/redaction.ts';
import { RunClock } from './run-clock.ts';
import { uuidV7 } from './uuid-v7.ts';
import { withoutMessages } from './without-messages.ts';

export interface LogOptions {
  readonly level: Level;
  readonly host: LogHost;
  readonly redactor: Redactor;
  /** The id of the run; by default a new one. */
  readonly run?: string;
  /** Keeps messages at level metrics, for observers of this process only. */
  readonly keepsMessages?: boolean;
}

type Listener = (event: LogEvent) => void;

interface Observer {
  readonly notify: Listener;
  /** May keep the event, which is then frozen. */
  readonly retains: boolean;
}

export abstract class BaseLog implements EventLog {
  readonly run: string;
  readonly level: Level;
  private readonly redactor: Redactor;
  private readonly leavesOutMessages: boolean;
  private readonly copiers: PayloadCopiers;
  private readonly plain: PlainPayload;
  private readonly clock: RunClock;
  /** Replaced, never mutated: the list stays the same while an event is delivered. */
  private observers: readonly Observer[] = [];
  private retaining = 0;
  private readonly pending: LogEvent[] = [];
  private isNotifying = false;
  private nextSeq = 0;
  private ended: 'closed' | 'completed' | undefined;

  /** `line`: receives the JSON of a plain payload while it is copied. */
  constructor(options: LogOptions, line?: LineBuffer) {
    const { host } = options;
    this.run = options.run ?? uuidV7(host.now(), host.randomBytes(10));
    this.level = options.level;
    this.redactor = options.redactor;
    this.leavesOutMessages = options.level === 'metrics' && options.keepsMessages !== true;
    this.copiers = {
      content: new JsonSafeCopier(options.redactor),
      identifiers: new JsonSafeCopier(identifierRules(options.redactor)),
    };
    this.plain = new PlainPayload(options.redactor, this.copiers.content, line);
    this.clock = new RunClock(host);
  }

  abstract readonly state: LogState;
  /** Never throws for a disk error. `payloadIsEncoded`: the line already holds the JSON of `data`. */
  protected abstract keep(event: LogEvent, payloadIsEncoded: boolean): void;
  /** Whether `keep` retains events. */
  protected readonly retains: boolean = false;
  protected abstract release(): void;

  append(draft: EventDraft): void {
    if (this.ended !== undefined) {
      throw new PflowError('INTERNAL', `event "${draft.type}" came after the log was ${this.ended}`);
    }
    const needsFreeze = this.retains || this.retaining > 0;
    const shape = payloadShape(draft.type);
    const payload = this.leavesOutMessages ? withoutMessages(draft) : draft.data;
    const plain = this.plain.copy(payload, shape, needsFreeze);
    const data = plain ?? this.copySafely(payload, shape, needsFreeze);
    checkDraft(draft, data, this.level);
    const event = this.stamp(draft, data);
    // The payload is already frozen at every depth. An event that no code retains cannot be changed.
    if (needsFreeze) freeze(event);
    this.nextSeq += 1;
    if (event.type === 'run.completed') this.ended = 'completed';
    this.keep(event, plain !== undefined);
    this.notify(event);
  }

  /** Delivers a recorded event as it was, in place of a new one. */
  protected repeat(event: LogEvent): void {
    if (this.ended !== undefined) {
      throw new PflowError('INTERNAL', `event "${event.type}" came after the log was ${this.ended}`);
    }
    this.clock.tick();
    this.nextSeq = event.seq + 1;
    if (event.type === 'run.completed') this.ended = 'completed';
    this.notify(event);
  }

  copyForLog(value: unknown): unknown {
    return this.copiers.content.keep(value);
  }

  redact(text: string): string {
    return this.redactor.redact(text);
  }

  registerSecret(name: string, value: string): void {
    this.redactor.registerSecret(name, value);
  }

  registerSecretScalar(name: string, value: string | number | bigint): void {
    this.redactor.registerSecretScalar(name, value);
  }

  subscribe(listener: Listener): () => void {
    return this.addObserver({ notify: listener, retains: true });
  }

  follow(reader: Listener): () => void {
    return this.addObserver({ notify: reader, retains: false });
  }

  close(): void {
    if (this.ended === 'closed') return;
    this.ended = 'closed';
    this.release();
  }

  private copySafely(data: object, shape: TextShape, needsFreeze: boolean): object {
    const { content, identifiers } = this.copiers;
    content.freezes = needsFreeze;
    identifiers.freezes = needsFreeze;
    const copy = copyPayload(this.copiers, data, shape);
    content.freezes = true;
    return copy;
  }

  /** Each addition is an object of its own: a listener that is added twice is called twice. */
  private addObserver(observer: Observer): () => void {
    this.setObservers([...this.observers, observer]);
    return () => {
      this.setObservers(this.observers.filter((each) => each !== observer));
    };
  }

  private setObservers(observers: readonly Observer[]): void {
    this.observers = observers;
    this.retaining = observers.filter(({ retains }) => retains).length;
  }

  /** Keys in the order in which they are written. */
  private stamp(draft: EventDraft & EventPlace, data: object): LogEvent {
    this.clock.tick();
    const event: Record<string, unknown> = {
      type: draft.type.startsWith('x.') ? this.redactor.redactIdentifier(draft.type) : draft.type,
      seq: this.nextSeq,
      run: this.run,
      at: this.clock.at,
      ms: this.clock.ms,
    };
    if (draft.phase !== undefined) event['phase'] = draft.phase;
    if (draft.node !== undefined) event['node'] = draft.node;
    if (draft.visit !== undefined) event['visit'] = draft.visit;
    if (draft.item !== undefined) event['item'] = draft.item;
    if (draft.attempt !== undefined) event['attempt'] = draft.attempt;
    event['data'] = data;
    return event as unknown as LogEvent;
  }

  /** Delivers in order, even if a listener appends. A listener that throws does not stop the others. */
  private notify(event: LogEvent): void {
    if (this.observers.length === 0) return;
    if (this.isNotifying) {
      this.pending.push(event);
      return;
    }
    this.isNotifying = true;
    const failures: unknown[] = [];
    for (let next: LogEvent | undefined = event; next !== undefined; next = this.pending.shift()) {
      // A listener may subscribe while events are pending; it gets them frozen, too.
      if (this.retaining > 0 && !Object.isFrozen(next)) freeze(next, true);
      for (const { notify } of this.observers) notifyOne(notify, next, failures);
    }
    this.isNotifying = false;
    if (failures.length > 0) {
      throw new PflowError('INTERNAL', `a listener of the log failed on "${event.type}"`, {
        cause: failures[0],
      });
    }
  }
}

function notifyOne(listener: Listener, event: LogEvent, failures: unknown[]): void {
  try {
    listener(event);
  } catch (error) {
    failures.push(error);
  }
}

// Tests what every log must do, wherever it keeps its events. Both logs run them.
import { appended } from './write/appended.ts';
import { expect, it } from 'vitest';
import type { EventDraft, LogEvent } from '../../src/events/event.ts';
import { PflowError } from '../../src/errors.ts';
import type { EventLog } from '../../src/log/write/event-log.ts';
import type { LogOptions } from '../../src/log/write/base-log.ts';
import { createRedactor } from '../../src/log/secrets/redaction.ts';
import type { FakeHost } from './fake-host.ts';
import { fakeHost, fakeOptions } from './fake-host.ts';
import { completed, LLM_COMPLETED, STARTED, wholeRun } from './some-drafts.ts';

export interface OpenedLog {
  readonly log: EventLog;
  /** The events of the log as another reader gets them. */
  readonly kept: () => Promise<readonly LogEvent[]>;
}

export function logFeatures(open: (options: LogOptions) => OpenedLog): void {
  keepsEvents(open);
  refusesInvalidDrafts(open);
  notifiesListeners(open);
  redactsSecrets(open);
}

type Open = (options: LogOptions) => OpenedLog;

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return error instanceof PflowError ? `${error.code}: ${error.message}` : String(error);
  }
  return 'nothing was thrown';
}

const note = (value: unknown): EventDraft => ({ type: 'x.note', data: { value } });

function keepsEvents(open: Open): void {
  it('keeps every event exactly as its listeners get it', async () => {
    const { log, kept } = open(fakeOptions());
    const returned = wholeRun().map((draft) => appended(log, draft));
    log.close();
    expect(await kept()).toEqual(returned);
    expect(returned.map((event) => event.seq)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(new Set(returned.map((event) => event.run))).toEqual(new Set([log.run]));
  });

  it('stamps an event with keys in the order of the line', () => {
    const { log } = open(fakeOptions());
    log.append(STARTED);
    expect(appended(log, LLM_COMPLETED)).toEqual({
      type: 'llm.completed',
      seq: 1,
      run: log.run,
      at: '2026-11-22T09:30:00.000Z',
      ms: 0.5,
      phase: 'workflow',
      node: 'ask',
      attempt: 2,
      data: LLM_COMPLETED.data,
    });
    expect(log.state.lastSeq).toBe(1);
    expect(log.state.complete).toBe(true);
  });

  it('freezes events at every depth', () => {
    const { log } = open(fakeOptions());
    const event = appended(log, note({ deep: { list: [1, { two: 2 }] } }));
    const objects: unknown[] = [event];
    for (const each of objects) {
      if (typeof each !== 'object' || each === null) continue;
      expect(Object.isFrozen(each)).toBe(true);
      objects.push(...(Object.values(each) as unknown[]));
    }
    expect(objects.length).toBe(13);
  });

  it('keeps a value as it was when it was appended', async () => {
    const { log, kept } = open(fakeOptions());
    const value = { list: ['a'] };
    log.append(STARTED);
    log.append(note(value));
    value.list.push('b');
    log.close();
    expect((await kept())[1]?.data).toEqual({ value: { list: ['a'] } });
    expect(Object.isFrozen(value.list)).toBe(false);
  });

  it('uses the monotonic clock when the wall clock jumps', () => {
    const options = fakeOptions();
    const host: FakeHost = options.host;
    const { log } = open(options);
    const events = [0, -3_600_000, 31_536_000_000, Number.NaN].map((jump) => {
      host.wall += jump;
      host.elapsed += 1_000;
      return appended(log, note(jump));
    });
    expect(events.map((event) => event.at)).toEqual([
      '2026-11-22T09:30:00.000Z',
      '2026-11-22T09:30:01.000Z',
      '2026-11-22T09:30:02.000Z',
      '2026-11-22T09:30:03.001Z',
    ]);
    host.elapsed -= 60_000;
    expect(appended(log, note('back')).ms).toBe(events[3]?.ms);
  });

  it('appends a copy that it made before without copying it again', () => {
    const { log } = open(fakeOptions());
    const recorded = log.copyForLog({ when: new Date(0), list: [1n] });
    expect(recorded).toEqual({ when: '1970-01-01T00:00:00.000Z', list: ['1'] });
    expect(log.copyForLog(recorded)).toBe(recorded);
    const event = appended(log, note(recorded));
    expect((event.data as { value: unknown }).value).toBe(recorded);
  });
}

function refusesInvalidDrafts(open: Open): void {
  it('refuses an invalid draft, and names its type and the field', () => {
    const { log } = open(fakeOptions());
    const invalid = {
      ...LLM_COMPLETED,
      data: { ...LLM_COMPLETED.data, duration_ms: Number.NaN },
    } as EventDraft;
    expect(
      codeOf(() => {
        log.append(invalid);
      }),
    ).toBe(
      'INTERNAL: event "llm.completed" cannot be logged: data.duration_ms: Invalid input: expected number, received string',
    );
    const unknown = { type: 'node.exploded', data: {} } as unknown as EventDraft;
    expect(
      codeOf(() => {
        log.append(unknown);
      }),
    ).toBe('INTERNAL: event "node.exploded" cannot be logged: no such event type');
    const place = { type: 'x.a', visit: 0, data: {} } as EventDraft;
    expect(
      codeOf(() => {
        log.append(place);
      }),
    ).toBe('INTERNAL: event "x.a" cannot be logged: visit: not a whole number from 1');
    expect(appended(log, STARTED).seq).toBe(0);
  });

  it('refuses content in a log of level metrics', () => {
    const { log } = open(fakeOptions('metrics'));
    const prompted = wholeRun()[3] as EventDraft;
    expect(
      codeOf(() => {
        log.append(prompted);
      }),
    ).toBe(
      'INTERNAL: event "llm.prompted" cannot be logged: it is for logs of level trace, and this one has level metrics',
    );
    const started = { ...STARTED, data: { ...STARTED.data, inputs: {} } } as EventDraft;
    expect(
      codeOf(() => {
        log.append(started);
      }),
    ).toBe('INTERNAL: event "run.started" cannot be logged: data.inputs is for logs of level trace');
  });

  it('refuses events after run.completed and after close', () => {
    const { log } = open(fakeOptions());
    log.append(STARTED);
    log.append(completed(1));
    expect(
      codeOf(() => {
        log.append(note(1));
      }),
    ).toBe('INTERNAL: event "x.note" came after the log was completed');
    log.close();
    log.close();
    expect(
      codeOf(() => {
        log.append(note(1));
      }),
    ).toBe('INTERNAL: event "x.note" came after the log was closed');
  });
}

function notifiesListeners(open: Open): void {
  it('notifies every listener of every event in order, also of events that a listener appends', () => {
    const { log } = open(fakeOptions());
    const first: number[] = [];
    const second: number[] = [];
    log.subscribe((event) => {
      first.push(event.seq);
      if (event.seq === 0) log.append(note('from a listener'));
    });
    const leave = log.subscribe((event) => second.push(event.seq));
    log.append(STARTED);
    log.append(note(1));
    leave();
    log.append(note(2));
    expect(first).toEqual([0, 1, 2, 3]);
    expect(second).toEqual([0, 1, 2]);
  });

  it('notifies a follower of the same events, and freezes nothing for it alone', () => {
    const { log } = open(fakeOptions());
    const followed: LogEvent[] = [];
    const subscribed: LogEvent[] = [];
    const leave = log.follow((event) => followed.push(event));
    log.append(STARTED);
    log.append(note(1));
    const unsubscribe = log.subscribe((event) => subscribed.push(event));
    log.append(note(2));
    unsubscribe();
    leave();
    log.append(note(3));
    expect(followed.map(({ seq }) => seq)).toEqual([0, 1, 2]);
    expect(subscribed.map(({ seq }) => seq)).toEqual([2]);
    const isFrozen = (event: LogEvent | undefined): boolean[] => [
      Object.isFrozen(event),
      Object.isFrozen(event?.data),
    ];
    expect(subscribed.map(isFrozen)).toEqual([[true, true]]);
  });

  it('freezes pending events for a listener that subscribes meanwhile', () => {
    const { log } = open(fakeOptions());
    const late: LogEvent[] = [];
    log.follow((event) => {
      if (event.seq !== 0) return;
      log.append(note({ inner: [1] }));
      log.subscribe((waiting) => late.push(waiting));
    });
    log.append(STARTED);
    const [event] = late;
    expect(event?.seq).toBe(1);
    const { value } = event?.data as { value: { inner: unknown } };
    expect([event, event?.data, value, value.inner].map((part) => Object.isFrozen(part))).toEqual(
      Array(4).fill(true),
    );
  });

  it('keeps the event and notifies the other listeners when one fails', () => {
    const { log } = open(fakeOptions());
    const notified: number[] = [];
    log.subscribe(() => {
      throw new Error('broken display');
    });
    log.subscribe((event) => notified.push(event.seq));
    expect(
      codeOf(() => {
        log.append(STARTED);
      }),
    ).toBe('INTERNAL: a listener of the log failed on "run.started"');
    expect(notified).toEqual([0]);
    expect(log.state.lastSeq).toBe(0);
  });
}

function redactsSecrets(open: Open): void {
  it('replaces secrets in payloads and keys, but not in node ids', async () => {
    const redactor = createRedactor({ env: { API_TOKEN: 'correct-horse' } });
    const { log, kept } = open({ level: 'trace', host: fakeHost(), redactor });
    log.append(STARTED);
    log.append({
      type: 'x.note',
      node: 'at correct-horse',
      data: { 'correct-horse': ['a correct-horse b'] },
    });
    expect(log.redact('a correct-horse')).toBe('a <redacted:API_TOKEN>');
    log.close();
    const [, event] = await kept();
    expect(event?.node).toBe('at correct-horse');
    expect(event?.data).toEqual({ '<redacted:API_TOKEN>': ['a <redacted:API_TOKEN> b'] });
  });

  it('redacts a copy again that it made before a value became secret', () => {
    const { log } = open(fakeOptions());
    const before = log.copyForLog({ text: 'battery staple' });
    log.registerSecret('phrase', 'battery staple');
    expect(log.copyForLog(before)).toEqual({ text: '<redacted:phrase>' });
    expect(appended(log, note(before)).data).toEqual({ value: { text: '<redacted:phrase>' } });
  });
}

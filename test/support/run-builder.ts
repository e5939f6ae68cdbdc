// Builds the events of a run for tests: stamped as the log writer stamps them, and deeply frozen.
import { freeze } from 'immer';
import type { RunEnd } from '../../src/events/run-status.ts';
import type { EventDraft, LogEvent, EventPlace } from '../../src/events/event.ts';
import type { StorePatch } from '../../src/events/content-events.ts';
import type { EventData } from '../../src/events/vocabulary.ts';
import { hashOf } from '../../src/run/run-events.ts';

type Started = EventData<'run.started'>;
type Completed = EventData<'llm.completed'>;
type Failed = EventData<'llm.failed'>;

export interface NodeOptions extends EventPlace {
  readonly type?: string;
  /** The action of node.completed. */
  readonly action?: string;
  /** The duration of node.completed or node.failed; 10 by default. */
  readonly ms?: number;
  readonly fails?: string | { name: string; message: string; code?: string };
  /** Emits no end of the node. */
  readonly hangs?: boolean;
}

export interface CallOptions extends Partial<Omit<Completed, 'call'>> {
  /** Trace level: prompt, system text, options and response. */
  readonly prompt?: unknown;
  readonly system?: string;
  readonly options?: Record<string, unknown>;
  readonly response?: unknown;
  readonly fails?: string;
  /** The request is on its way: the log has its `llm.sent`. */
  readonly sent?: boolean;
  /** The call has no end. */
  readonly hangs?: boolean;
}

const START = Date.parse('2026-11-22T09:30:00.000Z');
const SONNET = 'anthropic/claude-sonnet-4-0';

export function runId(number: number): string {
  return `0199f3a0-1c2d-7e3f-8a4b-${number.toString(16).padStart(12, '0')}`;
}

export class RunBuilder {
  private readonly run: string;
  private readonly kept: LogEvent[] = [];
  private ms = 0;
  private calls = 0;
  private place: EventPlace = {};

  constructor(run: string = runId(1)) {
    this.run = run;
  }

  get events(): readonly LogEvent[] {
    return this.kept;
  }

  after(ms: number): this {
    this.ms = Math.round((this.ms + ms) * 1000) / 1000;
    return this;
  }

  emit(draft: EventDraft): this {
    const { type, data, ...place } = draft;
    const stamp = { type, seq: this.kept.length, run: this.run, at: timeAfter(this.ms), ms: this.ms };
    // Copied, so that freezing an event never reaches into the values of a test.
    this.kept.push(freezeMembers({ ...stamp, ...this.place, ...place, data }) as unknown as LogEvent);
    return this;
  }

  /** The hash is that of the workflow, where there is one. */
  started(facts: Partial<Started> = {}): this {
    const hash = facts.ir === undefined ? 'f00d' : hashOf(facts.ir);
    return this.emit({
      type: 'run.started',
      data: {
        format: 1,
        pflow: '1.0.0',
        node_version: 'v20.20.0',
        level: 'trace',
        checksum: 'crc32',
        workflow: { name: 'example', hash },
        source: 'file',
        ...facts,
      },
    });
  }

  /** Emits `run.completed`, by default with the time elapsed so far. */
  ended(status: RunEnd, duration_ms: number = this.ms): this {
    return this.emit({ type: 'run.completed', data: { status, duration_ms, events: this.kept.length } });
  }

  planner(
    inside: (run: this) => void,
    duration_ms = 20,
    status: EventData<'planner.completed'>['status'] = 'generated',
  ): this {
    return this.within({ phase: 'planner' }, () => {
      this.emit({ type: 'planner.started', data: {} });
      inside(this);
      const error = status === 'failed' ? { error: { name: 'Error', message: 'no plan' } } : {};
      this.emit({ type: 'planner.completed', data: { status, duration_ms, ...error } });
    });
  }

  workflow(nodes: readonly string[], inside: (run: this) => void, ends: number | null = 50): this {
    return this.within({ ...this.place, phase: 'workflow' }, () => {
      this.emit({ type: 'workflow.started', data: { name: 'example', hash: 'f00d', nodes: [...nodes] } });
      inside(this);
      if (ends === null) return;
      this.emit({ type: 'workflow.completed', data: { status: 'success', duration_ms: ends } });
    });
  }

  node(node: string, facts: NodeOptions = {}, inside: (run: this) => void = () => undefined): this {
    const { type = 'echo', ms = 10, action = 'default', fails, hangs = false, ...more } = facts;
    return this.within({ ...this.place, ...more, node }, () => {
      this.emit({ type: 'node.started', data: { node_type: type } });
      inside(this);
      if (hangs) return;
      this.after(ms);
      const error = typeof fails === 'string' ? { name: 'Error', message: fails } : fails;
      const data = { node_type: type, duration_ms: ms };
      if (error === undefined) this.emit({ type: 'node.completed', data: { ...data, action } });
      else this.emit({ type: 'node.failed', data: { ...data, error } });
    });
  }

  /** Reports the number of items, inside of a node with a batch. */
  batch(items: number): this {
    return this.emit({ type: 'batch.started', data: { items } });
  }

  retried(attempt = 1, message = 'not now'): this {
    return this.emit({
      type: 'node.retried',
      attempt,
      data: { error: { name: 'Error', message }, wait_ms: 1 },
    });
  }

  changed(...patches: StorePatch[]): this {
    return this.emit({ type: 'store.changed', data: { patches } });
  }

  resolved(param: string, template: unknown, value: unknown): this {
    return this.emit({ type: 'template.resolved', data: { param, template, value } });
  }

  warned(code: string, message: string): this {
    return this.emit({ type: 'warning.raised', data: { code, message } });
  }

  /** Emits one model call: prompt, usage or failure, and response, as far as given. */
  call(facts: CallOptions = {}): this {
    this.calls += 1;
    const { prompt, system, options, response, fails, sent = false, hangs = false, ...bill } = facts;
    const call = this.calls;
    const model = bill.model ?? SONNET;
    if (prompt !== undefined) this.prompted({ call, model, prompt }, { system, options });
    if (sent) this.emit({ type: 'llm.sent', data: { call, model } });
    if (hangs) return this;
    if (fails !== undefined) {
      const data: Failed = {
        call,
        model,
        duration_ms: bill.duration_ms ?? 5,
        error: { name: 'Error', message: fails },
      };
      return this.emit({
        type: 'llm.failed',
        data: bill.usage === undefined ? data : { ...data, usage: bill.usage },
      });
    }
    const usage = { input_tokens: 1000, output_tokens: 500 };
    this.emit({
      type: 'llm.completed',
      data: { provider: 'anthropic', model, usage, duration_ms: 5, ...bill, call },
    });
    if (response !== undefined) this.emit({ type: 'llm.answered', data: { call, response } });
    return this;
  }

  private prompted(
    data: Pick<EventData<'llm.prompted'>, 'call' | 'model' | 'prompt'>,
    { system, options }: { [Name in 'system' | 'options']: CallOptions[Name] | undefined },
  ): void {
    const content = {
      ...(system === undefined ? {} : { system }),
      ...(options === undefined ? {} : { options }),
    };
    this.emit({ type: 'llm.prompted', data: { ...data, ...content } });
  }

  /** Runs `inside` with `place` on every event that it emits. */
  private within(place: EventPlace, inside: () => void): this {
    const outer = this.place;
    this.place = place;
    inside();
    this.place = outer;
    return this;
  }
}

export function buildRun(run?: string): RunBuilder {
  return new RunBuilder(run);
}

/** A copy by hand: `structuredClone` takes several times as long, and properties build a hundred thousand events. */
function frozenCopy(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return Object.freeze(value.map(frozenCopy));
  if (Object.getPrototypeOf(value) !== Object.prototype) return freeze(structuredClone(value), true);
  return freezeMembers({ ...value });
}

/** Freezes an object without other owners, with copies of what is in it. */
function freezeMembers(own: Record<string, unknown>): Readonly<Record<string, unknown>> {
  for (const name of Object.keys(own)) {
    const member = own[name];
    if (typeof member !== 'object' || member === null) continue;
    // A spread copies an own `__proto__` as one; an assignment would not.
    if (name === '__proto__') Object.defineProperty(own, name, { value: frozenCopy(member) });
    else own[name] = frozenCopy(member);
  }
  return Object.freeze(own);
}

/** Kept, since printing a time takes as long as the rest of an event. */
const printedTimes = new Map<number, string>();

function timeAfter(ms: number): string {
  const at = START + Math.floor(ms);
  const printed = printedTimes.get(at) ?? new Date(at).toISOString();
  if (printedTimes.size > 10_000) printedTimes.clear();
  printedTimes.set(at, printed);
  return printed;
}

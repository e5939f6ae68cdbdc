// Invariant: the scanner and the parser give the same events and the same findings, for every log and every change of
// its bytes.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { EventDraft, LogEvent } from '../../../src/events/event.ts';
import { EVENT_TYPES, VOCABULARY, type EventType } from '../../../src/events/vocabulary.ts';
import { LogChecks } from '../../../src/log/read/log-checks.ts';
import type { ReadOptions } from '../../../src/log/read/read-options.ts';
import { FastReader } from '../../../src/log/read/fast-reader.ts';
import { LineParser } from '../../../src/log/read/line-parser.ts';
import type { Place } from '../../../src/log/read/reading-report.ts';
import { readLines } from '../../../src/log/read/read-lines.ts';
import { EVENT_DATA } from '../../support/event-arbitraries.ts';
import { interleaved, wellFormedLog } from '../../support/log-arbitraries.ts';
import { bytesOf, eventsOf } from '../log-bytes-of.ts';
import { STARTED } from '../some-drafts.ts';

type Options = Omit<ReadOptions, 'onEvent'>;

function scanned(bytes: Buffer, options: Options): string {
  return outcome(options, (checks, parser) => {
    const reader = new FastReader(checks, parser, options);
    const remainder = reader.readFrom('log', (into, position) => bytes.copy(into, 0, position));
    expect(remainder).toBeUndefined();
    reader.finish();
  });
}

async function parsed(bytes: Buffer, options: Options): Promise<string> {
  let reading: Promise<void> = Promise.resolve();
  const events: LogEvent[] = [];
  const checks = new LogChecks({ ...options, onEvent: (event) => events.push(event) });
  async function* chunks(): AsyncGenerator<Buffer> {
    await Promise.resolve();
    yield bytes;
  }
  reading = readLines('log', chunks(), new LineParser(checks, options), { line: 1, offset: 0 });
  return reading.then(
    () => resultText(events, checks),
    (error: unknown) => (error as Error).message,
  );
}

function outcome(options: Options, read: (checks: LogChecks, parser: LineParser) => void): string {
  const events: LogEvent[] = [];
  const checks = new LogChecks({ ...options, onEvent: (event) => events.push(event) });
  try {
    read(checks, new LineParser(checks, options));
    return resultText(events, checks);
  } catch (error) {
    return (error as Error).message;
  }
}

/** Returns a text, since the order of keys counts, too. */
function resultText(events: readonly LogEvent[], checks: LogChecks): string {
  try {
    const { skippedTypes, ...report } = checks.report();
    return JSON.stringify([events, report, Object.entries(skippedTypes).sort()]);
  } catch (error) {
    return JSON.stringify([events, (error as Error).message]);
  }
}

const place = fc.record(
  {
    phase: fc.constantFrom('workflow', 'planner'),
    node: fc.oneof(fc.string(), fc.constantFrom('a', 'parent/child', 'ünï "x"', '\u2028')),
    visit: fc.integer({ min: 1, max: 2 ** 33 }),
    item: fc.integer({ min: 0, max: 12 }),
    attempt: fc.integer({ min: 1, max: 3 }),
  },
  { requiredKeys: [] },
);
const number = fc.oneof(
  fc.nat(),
  fc.nat().map((micro) => micro / 1000),
  fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
);
const name = fc.oneof(
  fc.constantFrom('llm', 'default', 'anthropic/claude-sonnet-4-0', '', 'é', '\\'),
  // Around the maximum length of texts that the scanner keeps.
  fc.integer({ min: 505, max: 535 }).map((length) => 'n'.repeat(length)),
  fc.string(),
);

/** Payloads with their keys in the order in which pflow writes them. */
const OURS = {
  'node.started': fc.record({ node_type: name }),
  'node.completed': fc.record({ node_type: name, action: name, duration_ms: number }),
  'llm.completed': fc.record(
    {
      call: fc.integer({ min: 1 }),
      provider: name,
      model: name,
      response_model: name,
      usage: fc.record(
        {
          input_tokens: number,
          reasoning_tokens: number,
          output_tokens: number,
          output_image_tokens: number,
          requests: fc.constant({ web_search: 1 }),
        },
        { requiredKeys: [] },
      ),
      raw_usage: fc.jsonValue(),
      service_tier: name,
      finish_reason: name,
      duration_ms: number,
      provider_cost_usd: number,
    },
    { requiredKeys: ['call', 'provider', 'model', 'usage', 'duration_ms'] },
  ),
  'workflow.started': fc.record(
    { name, hash: name, nodes: fc.array(name), ir: fc.constant({ nodes: [] }) },
    { requiredKeys: ['name', 'hash', 'nodes'] },
  ),
  'workflow.completed': fc.record({ status: fc.constantFrom('success', 'failed'), duration_ms: number }),
} as const;

const OUR_TYPES = Object.keys(OURS) as (keyof typeof OURS)[];

const INNER_TYPES = EVENT_TYPES.filter((type) => type !== 'run.started' && type !== 'run.completed');

function draftOf(type: EventType, data: fc.Arbitrary<unknown>): fc.Arbitrary<EventDraft> {
  return fc.tuple(data, place).map(([given, placed]) => ({ type, ...placed, data: given }) as EventDraft);
}

const ending = fc.record(
  {
    status: fc.constantFrom('success', 'failed', 'interrupted'),
    duration_ms: number,
    error: fc.constant({ name: 'Error', message: 'no' }),
    signal: fc.constant('SIGINT'),
  },
  { requiredKeys: ['status', 'duration_ms'] },
);

function endOf(
  { status, duration_ms, ...rest }: { status: string; duration_ms: number },
  events: number,
): EventDraft {
  return { type: 'run.completed', data: { status, duration_ms, events, ...rest } } as EventDraft;
}

const ENDED = { status: 'success', duration_ms: 1, events: 1 } as const;

/** A run of events with any payload and place that their schemas allow. */
const anyRun = fc
  .tuple(
    fc.array(
      fc.oneof(
        fc.constantFrom(...INNER_TYPES).chain((type) => draftOf(type, EVENT_DATA[type])),
        ...OUR_TYPES.map((type) => draftOf(type, OURS[type])),
      ),
      { maxLength: 12 },
    ),
    ending,
  )
  .map(([drafts, end]) => eventsOf([STARTED, ...drafts, endOf(end, drafts.length + 1)]));

const log: fc.Arbitrary<readonly LogEvent[]> = fc.oneof(
  wellFormedLog,
  anyRun,
  fc.array(anyRun, { minLength: 2, maxLength: 3 }).chain((runs) => interleaved(runs)),
);

const options: fc.Arbitrary<Options> = fc.record({
  handles: fc.subarray([...EVENT_TYPES, 'x.note']).map((types) => new Set<string>(types)),
  skipCorrupt: fc.boolean(),
  checkEveryLine: fc.boolean(),
});

it('the scanner and the parser give the same events', async () => {
  await fc.assert(
    fc.asyncProperty(log, options, async (events, given) => {
      const bytes = bytesOf(events);
      const result = scanned(bytes, given);
      expect(result).toBe(await parsed(bytes, given));
      const [read] = JSON.parse(result) as [LogEvent[]];
      const requested = events.filter(({ type }) => given.handles?.has(type));
      expect(read).toEqual(JSON.parse(JSON.stringify(requested)));
    }),
    { numRuns: 150 },
  );
});

it('a time with an escape is the same in each of several lines', async () => {
  const node: EventDraft = { type: 'node.started', node: 'a', data: { node_type: 'echo' } };
  // Written into the line as it is.
  const at = `\\u0041${'x'.repeat(10)}:00.123Z`;
  const bytes = bytesOf(eventsOf([STARTED, node, node, node]).map((event) => ({ ...event, at })));
  const given = { handles: new Set(['node.started']) };
  expect(scanned(bytes, given)).toBe(await parsed(bytes, given));
});

it('the scanner and the parser find the same damage', async () => {
  const change = fc.tuple(fc.nat(), fc.nat({ max: 2 }), fc.uint8Array({ maxLength: 2 }), fc.nat({ max: 7 }));
  await fc.assert(
    fc.asyncProperty(
      log,
      options,
      fc.array(change, { minLength: 1, maxLength: 3 }),
      async (events, given, changes) => {
        let bytes = bytesOf(events);
        for (const [where, removed, put, bit] of changes) {
          const at = where % bytes.length;
          const flipped = Buffer.from([(bytes[at] ?? 0) ^ (1 << bit)]);
          // Neither inserted nor removed bytes: flips a bit.
          const instead =
            removed === 0 && put.length === 0
              ? [flipped, bytes.subarray(at + 1)]
              : [put, bytes.subarray(at + removed)];
          bytes = Buffer.concat([bytes.subarray(0, at), ...instead]);
        }
        expect(scanned(bytes, given)).toBe(await parsed(bytes, given));
      },
    ),
    { numRuns: 300 },
  );
});

/** The events without their payloads, and the report. */
function withoutData(outcome: string): unknown {
  if (!outcome.startsWith('[')) return outcome;
  const [events, ...report] = JSON.parse(outcome) as [LogEvent[], ...unknown[]];
  return [events.map((event) => ({ ...event, data: null })), ...report];
}

it('the scanner and the parser find the same invalid payloads, whatever parts are skipped', async () => {
  const unusual = fc.constantFrom<unknown>(
    undefined,
    null,
    -1,
    1.5,
    '',
    'text',
    true,
    [],
    [1],
    ['a', 'b\\'],
    {},
  );
  // Not the words: skipped words are not checked.
  const skippedParts = fc.subarray(['raw_usage', 'ir', 'nodes'] as const).map((parts) => new Set(parts));
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(anyRun, wellFormedLog),
      options,
      skippedParts,
      fc.tuple(fc.nat(), fc.nat(), unusual),
      async (events, given, skippable, [which, member, instead]) => {
        const wrecked = events.map((event, index) => {
          const keys = Object.keys(event.data);
          const key = keys[member % Math.max(1, keys.length)] ?? 'more';
          return index === which % events.length
            ? { ...event, data: { ...event.data, [key]: instead } }
            : event;
        }) as LogEvent[];
        const bytes = bytesOf(wrecked);
        expect(withoutData(scanned(bytes, { ...given, skippable }))).toEqual(
          withoutData(await parsed(bytes, given)),
        );
      },
    ),
    { numRuns: 400 },
  );
});

it.each([
  ['workflow.completed', { status: 'interrupted', duration_ms: 1 }],
  ['workflow.completed', { status: 'done', duration_ms: 1 }],
  ['workflow.completed', { status: 'success', duration_ms: -1 }],
  ['workflow.started', { name: 'w', hash: 'h', nodes: [1] }],
  ['workflow.started', { name: 'w', hash: 'h', nodes: [['a']] }],
  ['workflow.started', { name: 'w', hash: 'h', nodes: ['a', null] }],
  ['workflow.started', { name: 'w', hash: 'h', nodes: [1, ',x'] }],
  ['workflow.started', { name: 'w', hash: 'h', nodes: 'a' }],
  ['run.completed', { status: 'incomplete', duration_ms: 1, events: 1 }],
  ['run.completed', { status: 'success', duration_ms: 1, events: -1 }],
  ['run.completed', { status: 'success', duration_ms: 1, events: 1.5 }],
] as const)('an invalid payload with a right checksum is reported: %s %j', async (type, data) => {
  const [started, ended] = eventsOf([STARTED, { type: 'run.completed', data: ENDED }]);
  const bytes = bytesOf([started, { ...ended, type, data }] as LogEvent[]);
  const given = { handles: new Set<string>([type]), skippable: new Set(['nodes'] as const) };
  const outcome = scanned(bytes, given);
  expect(outcome).toContain('"code":"payload"');
  expect(outcome).toBe(await parsed(bytes, given));
});

it('a second line inside a skipped line is found wherever it starts', async () => {
  const prompt = (length: number): EventDraft => ({
    type: 'llm.prompted',
    data: { call: 1, model: 'm', prompt: 'x'.repeat(length) },
  });
  const given = { handles: new Set<string>() };
  for (let length = 0; length < 130; length += 1) {
    const lines = eventsOf([STARTED, prompt(length), prompt(1), prompt(1)]).map((event) => bytesOf([event]));
    const [started, first, ...rest] = lines;
    const bytes = Buffer.concat(
      [started, first?.subarray(0, -1), ...rest].map((line) => line ?? Buffer.alloc(0)),
    );
    const outcome = scanned(bytes, given);
    expect(outcome).toContain('"code":"crc-wrong"');
    expect(outcome).toBe(await parsed(bytes, given));
  }
});

it('only requested runs give events, and the frames of the others are still read', async () => {
  await fc.assert(
    fc.asyncProperty(wellFormedLog, options, fc.nat(), async (events, given, choice) => {
      const bytes = bytesOf(events);
      const runs = [...new Set(events.map(({ run }) => run))];
      const requested = runs[choice % runs.length] ?? '';
      const narrow = { ...given, runs: (run: string) => run === requested };
      const result = scanned(bytes, narrow);
      expect(result).toBe(await parsed(bytes, narrow));
      const [read] = JSON.parse(result) as [LogEvent[]];
      expect(read).toEqual(
        JSON.parse(
          JSON.stringify(events.filter(({ type, run }) => run === requested && given.handles?.has(type))),
        ),
      );
    }),
    { numRuns: 100 },
  );
});

it('skipping parts of payloads changes nothing else', async () => {
  const stripped = (event: LogEvent): unknown => {
    const { raw_usage: _raw, ir: _ir, nodes: _nodes, ...data } = event.data as Record<string, unknown>;
    const wordy = event.type === 'llm.prompted' || event.type === 'llm.answered';
    const { at, ...others } = event;
    const isTimed =
      event.type === 'run.started' || event.type === 'llm.completed' || event.type === 'llm.failed';
    const { call, model } = data;
    return { ...others, ...(isTimed ? { at } : {}), data: wordy ? { call, model } : data };
  };
  await fc.assert(
    fc.asyncProperty(log, options, async (events, given) => {
      const bytes = bytesOf(events);
      const skippable = new Set(['raw_usage', 'ir', 'words', 'nodes', 'times'] as const);
      const [narrow, report] = JSON.parse(scanned(bytes, { ...given, skippable })) as [LogEvent[], unknown];
      const [wide, whole] = JSON.parse(await parsed(bytes, given)) as [LogEvent[], unknown];
      expect(narrow.map(stripped)).toEqual(wide.map(stripped));
      expect(report).toEqual(whole);
    }),
    { numRuns: 100 },
  );
});

it('an ordinary raw usage is left out where a reader may skip it, and only then', () => {
  const usage = { input_tokens: 5, output_tokens: 2, cache_read_input_tokens: 4 };
  const call = (raw_usage: object): EventDraft => ({
    type: 'llm.completed',
    data: { call: 1, provider: 'openai', model: 'openai/gpt-4o', usage, raw_usage, duration_ms: 1 },
  });
  const ordinary = {
    prompt_tokens: 9,
    completion_tokens: 2,
    total_tokens: 11,
    prompt_tokens_details: { cached_tokens: 4, text: 'a # {', queue_time: 0.25 },
  };
  const others = [
    { ...ordinary, total_tokens: 12 },
    { ...ordinary, prompt_tokens: 9.5 },
    { ...ordinary, citation_tokens: 1 },
    { ...ordinary, completion_tokens: -2 },
    { ...ordinary, completion_tokens: 2e21 },
    { ...ordinary, prompt_tokens: '9' },
  ];
  const events = eventsOf([STARTED, call(ordinary), ...others.map(call)]);
  const handles = new Set<string>(['llm.completed']);
  const read = (skippable: ReadonlySet<'ordinary_usage'>): unknown[] =>
    (JSON.parse(scanned(bytesOf(events), { handles, skippable })) as [LogEvent[]])[0].map(
      ({ data }) => (data as { raw_usage?: unknown }).raw_usage,
    );
  expect(read(new Set(['ordinary_usage']))).toEqual([undefined, ...others]);
  expect(read(new Set())).toEqual([ordinary, ...others]);
});

it('the scanner decodes all common events of recorded logs', () => {
  for (const name of ['summarise-file', 'three-models', 'flaky-api', 'release-notes']) {
    const bytes = readFileSync(`fixtures/logs/v1/${name}.ndjson`);
    const parsedTypes: string[] = [];
    const handles = new Set(EVENT_TYPES.filter((type) => VOCABULARY[type].level === 'metrics'));
    const checks = new LogChecks({ handles, onEvent: () => undefined });
    class WatchedParser extends LineParser {
      override onLine(chunk: Buffer, start: number, end: number, at: () => Place): void {
        parsedTypes.push((JSON.parse(chunk.toString('utf8', start, end)) as LogEvent).type);
        super.onLine(chunk, start, end, at);
      }
    }
    new FastReader(checks, new WatchedParser(checks, { handles }), { handles }).readFrom(
      'log',
      (into, position) => bytes.copy(into, 0, position),
    );
    expect(checks.report().findings).toEqual([]);
    expect(
      parsedTypes.filter((type) => ['node.started', 'node.completed', 'llm.completed'].includes(type)),
    ).toEqual([]);
    expect(parsedTypes.length).toBeGreaterThan(0);
  }
});

it('the scanner reads every number as JSON.parse does', () => {
  const call = { call: 1, provider: 'p', model: 'p/m' };
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
          fc.nat().map((n) => n / 1000),
        ),
      ),
      (numbers) => {
        const drafts = numbers.map((number) => ({
          type: 'llm.completed' as const,
          data: { ...call, usage: { input_tokens: number }, duration_ms: number },
        }));
        const events = eventsOf([STARTED, ...drafts]);
        const bytes = bytesOf(events);
        const [read] = JSON.parse(scanned(bytes, { handles: new Set(['llm.completed']) })) as [LogEvent[]];
        expect(read).toEqual(JSON.parse(JSON.stringify(events.slice(1))));
      },
    ),
  );
});

// `run --otlp`: whatever the receiver does, the run ends as it would without it, soon, and a warning reports the loss.
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSender } from '../../../src/cli/run/send-run.ts';
import type { LogEvent } from '../../../src/events/event.ts';
import { hangUp, reply, silence, startLoopback, type Loopback, type Reply } from '../../support/loopback.ts';
import { recordingTerminal } from '../../support/recording-terminal.ts';
import { buildRun } from '../../support/run-builder.ts';
import { testPricing } from '../../support/test-prices.ts';

let receiver: Loopback;

beforeAll(async () => {
  receiver = await startLoopback();
});

afterAll(() => {
  receiver.stop();
});

/** For what does not end by itself. */
const SHORT_MS = 400;
const soon = { 'retry-after-ms': '1' };
const half: Reply = (response) => {
  response.writeHead(200, { 'content-length': '10' }).write('{');
  response.socket?.end();
};
const slow: Reply = (response) => {
  response.writeHead(200).write('{');
};

interface Sending {
  readonly env?: Record<string, string>;
  readonly limitMs?: number;
}

/** Sends a run of one call. Returns what was printed. */
async function send(endpoint: string, { env = {}, limitMs = 200_000 }: Sending = {}): Promise<string> {
  const { events } = buildRun()
    .started()
    .workflow(['ask'], (run) => run.node('ask', {}, (node) => node.call({ prompt: 'secret words' })))
    .ended('success');
  let listener: (event: LogEvent) => void = () => undefined;
  const log = {
    follow: (one: typeof listener) => {
      listener = one;
      return () => undefined;
    },
  };
  const sending = openSender({ log, pricing: testPricing() }, { endpoint, env, isQuiet: false, limitMs });
  for (const event of events) listener(event);
  const terminal = recordingTerminal();
  await sending(terminal);
  expect(terminal.printed.out).toBe('');
  return terminal.printed.err;
}

test('a run is sent with spans and metrics, and without content', async () => {
  receiver.play([reply(200, '{}'), reply(200, '{}')]);
  expect(await send(receiver.origin)).toBe(`otlp   sent to ${receiver.origin}\n`);
  expect(receiver.received.map(({ url, headers }) => [url, headers['content-type']])).toEqual([
    ['/v1/traces', 'application/json'],
    ['/v1/metrics', 'application/json'],
  ]);
  const [traces] = receiver.received.map(({ bytes }) => gunzipSync(bytes).toString());
  expect(traces).toContain('"name":"chat claude-sonnet-4-0"');
  expect(traces).not.toContain('secret words');
});

test('the variables of OpenTelemetry choose protobuf and add headers', async () => {
  receiver.play([reply(200), reply(200)]);
  const env = {
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic%20abc',
  };
  expect(await send(receiver.origin, { env })).toBe(`otlp   sent to ${receiver.origin}\n`);
  expect(receiver.received[0]?.headers).toMatchObject({
    'content-type': 'application/x-protobuf',
    authorization: 'Basic abc',
  });
});

test.each([
  [
    'is busy for a while',
    [reply(429, '', soon), reply(503, '', soon), reply(200), reply(200)],
    'otlp   sent to ',
  ],
  ['hangs up once', [hangUp, reply(200), reply(200)], 'otlp   sent to '],
  ['refuses', [reply(400, 'no')], 'it answered 400\n'],
  ['explains its refusal', [reply(400, '{"code":3,"message":"too large"}')], 'it answered 400: too large\n'],
  ['redirects', [reply(302, '', { location: '/elsewhere' })], 'it answered 302'],
  ['breaks its answers off', [half, half, half, half], 'broke off'],
])('a receiver that %s gets the run, or one warning names the reason', async (_what, replies, expected) => {
  receiver.play(replies);
  const text = await send(receiver.origin);
  expect(text).toContain(expected);
  expect(text.startsWith('otlp')).toBe(expected.startsWith('otlp'));
  expect(text).toMatch(/^(?:otlp {3}|warning EXPORT_FAILED: )[^\n]*\n$/u);
});

test.each([
  ['never answers', silence],
  ['never ends its answer', slow],
])('a receiver that %s has until the limit', async (_what, answer) => {
  receiver.play([answer]);
  expect(await send(receiver.origin, { limitMs: SHORT_MS })).toBe(
    `warning EXPORT_FAILED: ${receiver.origin}/v1/traces did not take the export: no answer within 0.4 s\n`,
  );
});

test('a receiver that is busy for longer than the limit gets no second request', async () => {
  const busy = reply(503, '', { 'retry-after': '9' });
  receiver.play([busy, busy, busy, busy]);
  // A slow machine reaches the limit before the answer, any other in the pause that was requested.
  expect(await send(receiver.origin, { limitMs: SHORT_MS })).toMatch(
    /^warning EXPORT_FAILED: .*: (?:it answered 503|no answer within 0\.4 s)\n$/u,
  );
  expect(receiver.received.length).toBeLessThan(2);
});

test('a receiver that is not there, and one that refuses a part, are warnings', async () => {
  const gone = await startLoopback();
  gone.stop();
  expect(await send(gone.origin)).toMatch(/^warning EXPORT_FAILED: .*ECONNREFUSED/u);
  receiver.play([
    reply(200, '{"partialSuccess":{"rejectedSpans":"2","errorMessage":"too old"}}'),
    reply(200),
  ]);
  expect(await send(receiver.origin)).toBe(
    `warning /v1/traces: 2 refused: too old\notlp   sent to ${receiver.origin}\n`,
  );
});

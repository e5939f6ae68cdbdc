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

const LIMIT_MS = 400;
const soon = { 'retry-after-ms': '1' };
const half: Reply = (response) => {
  response.writeHead(200, { 'content-length': '10' }).write('{');
  response.socket?.end();
};
const slow: Reply = (response) => {
  response.writeHead(200).write('{');
};

/** Sends a run of one call. Returns what was printed, and how long it took. */
async function send(
  endpoint: string,
  env: Record<string, string> = {},
): Promise<{ readonly text: string; readonly ms: number }> {
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
  const sending = openSender(
    { log, pricing: testPricing() },
    { endpoint, env, isQuiet: false, limitMs: LIMIT_MS },
  );
  for (const event of events) listener(event);
  const terminal = recordingTerminal();
  const start = performance.now();
  await sending(terminal);
  expect(terminal.printed.out).toBe('');
  return { text: terminal.printed.err, ms: performance.now() - start };
}

test('a run is sent with spans and metrics, and without content', async () => {
  receiver.play([reply(200, '{}'), reply(200, '{}')]);
  expect((await send(receiver.origin)).text).toBe(`otlp   sent to ${receiver.origin}\n`);
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
  expect((await send(receiver.origin, env)).text).toBe(`otlp   sent to ${receiver.origin}\n`);
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
  [
    'is busy for too long',
    Array.from({ length: 4 }, () => reply(503, '', { 'retry-after': '9' })),
    'it answered 503',
  ],
  ['refuses', [reply(400, 'no')], 'it answered 400'],
  ['redirects', [reply(302, '', { location: '/elsewhere' })], 'it answered 302'],
  ['never answers', [silence], 'no answer within 0.4 s'],
  ['never ends its answer', [slow], 'no answer within 0.4 s'],
  ['breaks its answers off', [half, half, half, half], 'broke off'],
])('a receiver that %s', async (_what, replies, expected) => {
  receiver.play(replies);
  const { text, ms } = await send(receiver.origin);
  expect(text).toContain(expected);
  expect(text.startsWith('otlp')).toBe(expected.startsWith('otlp'));
  expect(text).toMatch(/^(?:otlp {3}|warning EXPORT_FAILED: )[^\n]*\n$/u);
  // Far less than the pauses that the receiver requested.
  expect(ms).toBeLessThan(LIMIT_MS + 1_500);
});

test('one that is not there, and one that refuses a part', async () => {
  const gone = await startLoopback();
  gone.stop();
  expect((await send(gone.origin)).text).toMatch(/^warning EXPORT_FAILED: .*ECONNREFUSED/u);
  receiver.play([
    reply(200, '{"partialSuccess":{"rejectedSpans":"2","errorMessage":"too old"}}'),
    reply(200),
  ]);
  expect((await send(receiver.origin)).text).toBe(
    `warning /v1/traces: 2 refused: too old\notlp   sent to ${receiver.origin}\n`,
  );
});

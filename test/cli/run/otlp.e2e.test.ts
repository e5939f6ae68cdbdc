// `--otlp` of the command line: sends the run, never fails it, and refuses a bad address before anything runs.
import { existsSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { heldTimerEnv } from '../../support/hold-timer.ts';
import { reply, startLoopback } from '../../support/loopback.ts';
import { ECHO, workbench } from '../../support/workbench.ts';

test('the run is sent after its result; a receiver that refuses it is a warning', async () => {
  const receiver = await startLoopback();
  onTestFinished(() => {
    receiver.stop();
  });
  // The limit of 5 s is not what this is about.
  const bench = workbench(heldTimerEnv(5));
  bench.write('echo.json', ECHO);
  receiver.play([reply(200, '{}')]);
  const plain = await bench.run(['run', 'echo.json']);
  const sent = await bench.run(['run', 'echo.json', '--otlp', receiver.origin]);
  expect([sent.code, sent.stdout]).toEqual([plain.code, plain.stdout]);
  expect(sent.stderr).toContain(`otlp   sent to ${receiver.origin}\n`);
  // A run without a model call has no metrics.
  expect(receiver.received.map(({ url }) => url)).toEqual(['/v1/traces']);
  receiver.play([reply(404)]);
  const refused = await bench.run(['run', 'echo.json', '-p', '--otlp', receiver.origin]);
  expect(refused.code).toBe(0);
  expect(refused.stderr).toBe(
    `warning EXPORT_FAILED: ${receiver.origin}/v1/traces did not take the export: it answered 404\n`,
  );
});

test.each([
  ['4318', 'the endpoint is not an address: 4318', '--otlp http://127.0.0.1:4318'],
  ['ftp://127.0.0.1', 'the endpoint is not an address: ftp://127.0.0.1', '--otlp http://127.0.0.1:4318'],
  ['http://me:key@h', '--otlp takes an address without a password', 'OTEL_EXPORTER_OTLP_HEADERS'],
])('--otlp %s is refused, and nothing runs', async (address, message, hint) => {
  const bench = workbench();
  bench.write('echo.json', ECHO);
  const run = await bench.run(['run', 'echo.json', '--otlp', address, '--log', 'run.ndjson']);
  expect(run.code).toBe(2);
  expect(run.stderr).toContain(message);
  expect(run.stderr).toContain(hint);
  expect(existsSync(bench.path('run.ndjson'))).toBe(false);
});

// Values, commands and requests at the edges: what comes back is right, or the run reports why not.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  BIG,
  JSON_TYPE,
  ORIGIN,
  failing,
  hits,
  http,
  llm,
  one,
  otherOrigin,
  ownOrigin,
  run,
  sending,
  shell,
  startServer,
  stopServer,
  type Answer,
} from '../support/edge-run.ts';

beforeAll(startServer);
afterAll(stopServer);

describe('an integer keeps its digits', () => {
  test.each([
    ['in a query', http({ params: { id: '${x}' } }), () => hits()[0]?.url, `/?id=${BIG}`],
    ['in a header', http({ headers: { 'x-id': '${x}' } }), () => hits()[0]?.headers['x-id'], BIG],
    ['in a path of the URL', http({ url: `${ORIGIN}/\${x}` }), () => hits()[0]?.url, `/${BIG}`],
    [
      'in a body below other values',
      http({ method: 'POST', body: { a: [{ id: '${x}' }] } }),
      () => hits()[0]?.body,
      `{"a":[{"id":${BIG}}]}`,
    ],
    [
      'in a form',
      http({ method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'id=${x}' }),
      () => hits()[0]?.body,
      `id=${BIG}`,
    ],
  ])('%s', async (_where, flow, seen, expected) => {
    const { nodes, outputs } = flow as { nodes: unknown; outputs: unknown };
    const inputs = { x: { type: 'integer' } };
    const { error } = await run({ flow: { inputs, nodes, outputs }, options: { inputs: { x: BIG } } });
    expect([error, seen()]).toEqual([undefined, expected]);
  });

  test.each([
    ['as JSON of a command', shell(`echo '{"id":${BIG}}'`, '${n.json.id}', { output: 'json' }), BIG],
    [
      'in a variable of a command',
      shell('echo $N', '${n.stdout}', { env: { N: 1458059302022549698n } }),
      '"1458059302022549698"',
    ],
    [
      'as a default of an input',
      {
        inputs: { x: { default: 1458059302022549698n } },
        nodes: [{ id: 'n', type: 'echo', params: { data: '${x}' } }],
        outputs: { r: { source: '${n.data}' } },
      },
      '1458059302022549698',
    ],
    [
      'as an item of JSON text',
      one('echo', { data: '${item}' }, '${n.results[0].data}', { batch: { items: `[${BIG}]` } }),
      BIG,
    ],
    ['as the result of code', one('code', { code: `return { id: ${BIG}n }` }, '${n.result.id}'), BIG],
    ['with a point', shell(`echo '{"id":${BIG}.0}'`, '${n.stdout.id}'), BIG],
  ])('%s', async (_where, flow, expected) => {
    const { error, json } = await run({ flow });
    expect([error, json]).toEqual([undefined, `{"r":${expected}}`]);
  });
});

describe('bytes', () => {
  const half = (bytes: Buffer): Buffer => bytes.subarray(0, Math.floor(bytes.length / 2));
  const text = Array.from({ length: 3000 }, (_, index) => `row ${String(index)}`).join('\n');
  test.each([
    ['deflate', deflateSync(text)],
    ['br', brotliCompressSync(text)],
    ['gzip', gzipSync(text)],
  ])('that are cut in %s are a failure', async (encoding, packed) => {
    const more = { retry: { max: 2, wait_s: 0 } };
    const serve = sending(half(packed), { 'content-encoding': encoding });
    const { error } = await run({ flow: http({}, '${n.response}', more), serve });
    expect(error?.message).toMatch(/after 2 attempts: .*broke off/u);
  });

  test.each([
    [
      'a chunked body without its end',
      (_request: IncomingMessage, response: ServerResponse) => {
        response.write('half');
        setImmediate(() => response.destroy());
      },
    ],
    [
      'fewer bytes than the length',
      (_request: IncomingMessage, response: ServerResponse) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('half');
        setImmediate(() => response.destroy());
      },
    ],
  ])('%s is a failure', async (_what, serve) => {
    const { error } = await run({ flow: http({}, '${n.response}', { retry: { max: 1 } }), serve });
    expect(error?.code).toBe('NODE_FAILED');
  });

  test.each([
    [
      'UTF-16 with a little-endian mark',
      sending(Buffer.from('\uFEFFhé', 'utf16le'), { 'content-type': 'text/plain; charset=utf-16' }),
      '${n.response}',
      'hé',
    ],
    [
      'Latin-1',
      sending(Buffer.from('hé', 'latin1'), { 'content-type': 'text/plain; charset=ISO-8859-1' }),
      '${n.response}',
      'hé',
    ],
    ['JSON behind a byte order mark', sending('\uFEFF{"a":1}', JSON_TYPE), '${n.response.a}', 1],
    [
      'bytes that are not text',
      sending(Buffer.from([0xff, 0xd8, 0xfe]), { 'content-type': 'text/plain' }),
      '${n.response}',
      '/9j+',
    ],
    [
      'an empty answer with an encoding',
      (_request: IncomingMessage, response: ServerResponse) =>
        response.writeHead(204, { 'content-encoding': 'gzip' }).end(),
      '${n.status_code}',
      204,
    ],
  ])('of %s are read', async (_what, serve, source, expected) => {
    const { outcome, error } = await run({ flow: http({}, source), serve });
    expect([error, outcome?.output?.result]).toEqual([undefined, { r: expected }]);
  });

  test.each([
    ["printf '\\377' >&2", '${n.stderr_is_binary}', true],
    ['printf \'\\357\\273\\277{"a":1}\'', '${n.stdout.a}', 1],
    ["printf 'a\\r\\nb\\r\\n'", '${n.stdout}', 'a\r\nb'],
    ["printf 'a\\n\\n'", '${n.stdout}', 'a\n'],
    ["printf 'a\\r'", '${n.stdout}', 'a\r'],
  ])('that %j writes', async (command, source, expected) => {
    const { outcome, error } = await run({ flow: shell(command, source) });
    expect([error, outcome?.output?.result]).toEqual([undefined, { r: expected }]);
  });

  test.each([
    ['without a zero byte', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff]), '${n.content_is_binary}', true],
    ['behind a byte order mark', Buffer.from('\uFEFFa\r\nb\r\n'), '${n.content}', 'a\r\nb\r\n'],
  ])('of a file %s', async (_what, bytes, source, expected) => {
    const { outcome } = await run({
      flow: one('read-file', { file_path: 'f' }, source),
      files: { f: bytes },
    });
    expect(outcome?.output?.result).toEqual({ r: expected });
  });
});

describe('a repeated key is an error', () => {
  test.each([
    ['in params', '{"nodes":[{"id":"n","type":"echo","params":{"message":"a","message":"b"}}]}'],
    ['in a retry', '{"nodes":[{"id":"n","type":"echo","params":{"message":"a"},"retry":{"max":1,"max":9}}]}'],
    ['behind an escape', '{"nodes":[{"id":"n","type":"echo","params":{"message":"a","mess\\u0061ge":"b"}}]}'],
  ])('%s', async (_where, flow) => {
    expect((await run({ flow })).error).toMatchObject({ code: 'WORKFLOW_INVALID' });
  });

  test('in the settings', async () => {
    const files = { '.pflow/settings.json': '{"default_model":"ollama/a","default_model":"ollama/b"}' };
    expect((await run({ flow: llm(), files })).error?.code).toBe('USAGE');
  });
});

describe('a command', () => {
  test('does not wait for a child that holds its stderr', async () => {
    const { json } = await run({ flow: shell('(sleep 150 >/dev/null) & echo x'), options: { timeout: 100 } });
    expect(json).toBe('{"r":"x"}');
  });

  test('takes a value as text wherever it is', async () => {
    const flow = {
      inputs: { m: {} },
      nodes: [{ id: 'n', type: 'shell', params: { command: "printf '%s|' ${m} '${m}' \"${m}\"" } }],
      outputs: { r: { source: '${n.stdout}' } },
    };
    const m = '$(touch PWNED) `id`; "\'\\n';
    const { outcome } = await run({ flow, options: { inputs: { m } } });
    expect(outcome?.output?.result).toEqual({ r: `${m}|`.repeat(3) });
  });

  test.each([
    ['env', shell('true', '${n.stdout}', { env: { BIG: 'x'.repeat(200_000) } })],
    ['the command itself', shell(`: ${'x'.repeat(200_000)}`)],
  ])('that is too long because of %s names the limit and stdin', async (_what, flow) => {
    const { error } = await run({ flow });
    expect(`${error?.message ?? ''} ${error?.hint ?? ''}`).toMatch(/128 KiB.*stdin/su);
  });

  test('may end with the codes it names', async () => {
    expect((await run({ flow: shell('exit 1', '${n.exit_code}', { ok_exit_codes: [0, 1] }) })).json).toBe(
      '{"r":1}',
    );
    expect(
      (await run({ flow: shell('exit 2', '${n.exit_code}', { ok_exit_codes: [0, 1] }) })).error?.code,
    ).toBe('NODE_FAILED');
  });
});

describe('a request', () => {
  test.each([
    ['PATCH', 1],
    ['POST', 1],
    ['PUT', 3],
    ['DELETE', 3],
  ])('%s that is answered 500 is sent %i times', async (method, count) => {
    const more = method === 'PUT' || method === 'DELETE' ? { retry: { max: 3, wait_s: 0 } } : {};
    const { error } = await run({ flow: http({ method }, '${n.response}', more), serve: failing(500, 'no') });
    expect([error?.code, hits().length]).toEqual(['NODE_FAILED', count]);
    if (count > 1) expect(error?.message).toContain('after 3 attempts');
  });

  test('takes no header of the user to another origin', async () => {
    const serve: Answer = (request, response) => {
      if (request.url === '/') response.writeHead(302, { location: `${otherOrigin()}/x` });
      response.end();
    };
    const headers = { cookie: 'a=1', authorization: 'Bearer x', 'x-api-key': 'k', accept: 'text/plain' };
    await run({ flow: http({ headers }), serve });
    const sent = hits()[1]?.headers ?? {};
    expect([sent.cookie, sent.authorization, sent['x-api-key'], sent.accept]).toEqual([
      undefined,
      undefined,
      undefined,
      'text/plain',
    ]);
  });

  test('keeps the query of its URL byte for byte', async () => {
    await run({ flow: http({ url: `${ownOrigin()}/a%20b?x=1+2&y=%2F~'&z`, params: { c: 'd e' } }) });
    expect(hits()[0]?.url).toMatch(/^\/a%20b\?x=1\+2&y=%2F~(?:'|%27)&z&c=d(?:\+|%20)e$/u);
  });

  test('that does not fit "expect" shows what came', async () => {
    const expected = { status: [200, 404], body: { ok: true } };
    const { error } = await run({ flow: http({ expect: expected }), serve: failing(404, '{"ok":false}') });
    expect(`${error?.message ?? ''} ${(error?.details ?? []).join(' ')}`).toMatch(/ok|false/u);
  });

  test.each(['soon', '-5', '1e9', '', '100000'])(
    'with Retry-After %j does not end at once or wait for ever',
    async (wait) => {
      let count = 0;
      const serve: Answer = (_request, response) => {
        count += 1;
        response
          .writeHead(count === 1 ? 503 : 200, count === 1 && wait !== '' ? { 'retry-after': wait } : {})
          .end('ok');
      };
      const { outcome, error } = await run({
        flow: http({}, '${n.response}', { retry: { max: 2, wait_s: 0.01 } }),
        serve,
      });
      if (wait === '100000') expect(error?.message).toMatch(/wait/u);
      else expect(outcome?.output?.result).toEqual({ r: 'ok' });
    },
  );
});

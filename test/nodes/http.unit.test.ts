import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PflowError } from '../../src/errors.ts';
import { NodeFailure } from '../../src/flow/node-failure.ts';
import { http } from '../../src/nodes/http.ts';
import { holdTimer } from '../support/hold-timer.ts';
import { hangUp, reply, startLoopback, type Loopback, type Reply } from '../support/loopback.ts';
import { recordFailedAttempts, runNode, type NodeRunOptions, type NodeRun } from '../support/run-node.ts';

let loopback: Loopback;
let origin = '';

const halfAnswer: Reply = (response) => {
  response.writeHead(200, { 'content-length': '100' }).write('half');
  setTimeout(() => response.socket?.destroy(), 5);
};

beforeAll(async () => {
  loopback = await startLoopback();
  origin = loopback.origin;
});

afterAll(() => {
  loopback.stop();
});

async function send(
  params: Record<string, unknown>,
  script: readonly Reply[],
  occasion: NodeRunOptions = {},
): Promise<NodeRun> {
  loopback.play(script);
  return runNode(
    http,
    { url: `${origin}/path`, ...params },
    { retry: { max: 3, wait_s: 0.001 }, ...occasion },
  );
}

describe('http', () => {
  it('makes three attempts by default', () => {
    expect(http.create('n').retry).toEqual({ max: 3, wait_s: 1 });
  });

  it('gets a page and writes the outputs', async () => {
    const { shared, action } = await send({}, [
      reply(200, 'Grüße', { 'content-type': 'text/plain', 'x-a': 'b' }),
    ]);
    expect(action).toBe('default');
    expect(Object.keys(shared)).toEqual([
      'response',
      'response_is_binary',
      'status_code',
      'response_headers',
      'redirects',
      'response_time_ms',
    ]);
    expect([shared['response'], shared['status_code']]).toEqual(['Grüße', 200]);
    expect(shared['response_headers']).toMatchObject({ 'content-type': 'text/plain', 'x-a': 'b' });
    expect(typeof shared['response_time_ms']).toBe('number');
    expect(loopback.received.map(({ method, url, body }) => [method, url, body])).toEqual([
      ['GET', '/path', ''],
    ]);
  });

  it.each([
    ['application/json', '{"a":[1]}', { a: [1] }],
    ['application/problem+json; charset=utf-8', '\uFEFF{"a":1}', { a: 1 }],
    ['application/json', '"404"', '404'],
    ['application/json', '{broken', '{broken'],
    ['application/json', '', ''],
    ['application/x-ndjson', '{"a":1}\n', '{"a":1}\n'],
    ['text/plain', '{"a":1}', '{"a":1}'],
    ['text/plain; charset=iso-8859-1', Buffer.from('André', 'latin1'), 'André'],
    // The marks between 0x80 and 0x9f, as browsers read them under all of these names.
    ['text/html; charset=windows-1252', Buffer.from([0x93, 0x80, 0x94, 0x20, 0x9d]), '“€” \u009d'],
    ['text/html; charset=latin1', Buffer.from([0x93, 0x68, 0xe9, 0x94]), '“hé”'],
    ['text/plain; charset=klingon', 'text', 'text'],
    ['text/plain; charset=utf-32', Buffer.from([0, 0, 0, 0x68]), 'AAAAaA=='],
    ['image/png', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0xff]), 'iVBORwD/'],
  ])('reads %s', async (type, body, expected) => {
    const { shared } = await send({}, [reply(200, body, { 'content-type': type })]);
    expect(shared['response']).toEqual(expected);
  });

  it('unpacks a compressed body and lists cookies separately', async () => {
    const headers = { 'content-encoding': 'gzip', 'set-cookie': ['a=1, 2', 'b=3'] };
    const { shared } = await send({}, [reply(200, gzipSync('packed'), headers)]);
    expect(shared['response']).toBe('packed');
    expect(shared['response_headers']).toMatchObject({ 'set-cookie': ['a=1, 2', 'b=3'] });
  });

  it('posts an object as JSON and text unchanged', async () => {
    const { action } = await send({ body: { a: 'é' } }, [reply(201)]);
    expect(action).toBe('default');
    expect([loopback.received[0]?.method, loopback.received[0]?.body]).toEqual(['POST', '{"a":"é"}']);
    expect(loopback.received[0]?.headers).toMatchObject({ 'content-type': 'application/json' });
    await send({ body: '<a/>', method: 'PUT', headers: { 'Content-Type': 'text/xml' } }, [reply(204)]);
    expect([
      loopback.received[0]?.method,
      loopback.received[0]?.body,
      loopback.received[0]?.headers['content-type'],
    ]).toEqual(['PUT', '<a/>', 'text/xml']);
    await send({ body: [1], headers: { 'content-type': 'application/vnd.x+json' } }, [reply(200)]);
    expect(loopback.received[0]?.headers['content-type']).toBe('application/vnd.x+json');
    await send({ body: null }, [reply(200)]);
    expect(loopback.received[0]?.method).toBe('GET');
  });

  it('adds query parameters to those of the URL', async () => {
    const params = { q: 'a b&c', n: 1, list: ['x', 'y'], none: null, empty: '' };
    await send({ url: `${origin}/path?first=1#part`, params }, [reply(200)]);
    expect(loopback.received[0]?.url).toBe('/path?first=1&q=a+b%26c&n=1&list=x&list=y&empty=');
  });

  it('sends a token or the credentials of the URL, unless a header has authorization', async () => {
    const withUser = origin.replace('//', '//us%40er:pa%3Ass@');
    await send({ auth_token: 't0ken' }, [reply(200)]);
    expect(loopback.received[0]?.headers.authorization).toBe('Bearer t0ken');
    await send({ url: withUser }, [reply(200)]);
    expect(loopback.received[0]?.headers.authorization).toBe(
      `Basic ${Buffer.from('us@er:pa:ss').toString('base64')}`,
    );
    await send({ url: withUser, auth_token: 't0ken', headers: { Authorization: 'Own x' } }, [reply(200)]);
    expect(loopback.received[0]?.headers.authorization).toBe('Own x');
  });

  it('follows a redirection', async () => {
    const { shared } = await send({}, [reply(302, '', { location: '/there' }), reply(200, 'found')]);
    expect([shared['response'], loopback.received[1]?.url]).toEqual(['found', '/there']);
  });
});

describe('an http answer other than 2xx', () => {
  it('fails with its outputs and reports the start of the body without the query', async () => {
    const body = '{"message":\n "no such  thing"}';
    const { shared, error } = await send({ url: `${origin.replace('//', '//user:pass@')}/path?key=secret` }, [
      reply(404, body, { 'content-type': 'application/json' }),
    ]);
    expect(error).toBeInstanceOf(NodeFailure);
    const message = `GET ${origin}/path?… answered 404 Not Found: {"message":"no such thing"}`;
    expect(error).toMatchObject({ message, retryable: false });
    expect(shared).toMatchObject({
      response: { message: 'no such  thing' },
      status_code: 404,
      error: message,
    });
    expect(loopback.received.length).toBe(1);
  });

  it('is reported without markup and with the start of a long text', async () => {
    const page = await send({}, [reply(403, '<!doctype html><h1>No</h1>')]);
    expect(page.shared['error']).toBe(`GET ${origin}/path answered 403 Forbidden`);
    const long = await send({}, [reply(400, 'x'.repeat(500))]);
    expect(long.shared['error']).toBe(`GET ${origin}/path answered 400 Bad Request: ${'x'.repeat(200)}…`);
  });

  it.each([408, 429, 500, 502, 503, 504])('is retried when it is %i', async (status) => {
    const { shared } = await send({}, [reply(status), reply(status), reply(200, 'at last')]);
    expect([shared['response'], shared['status_code'], loopback.received.length]).toEqual([
      'at last',
      200,
      3,
    ]);
  });

  it.each([304, 400, 401, 404, 409, 422])('is not retried when it is %i', async (status) => {
    const { shared } = await send({}, [reply(status), reply(200)]);
    expect([shared['status_code'], loopback.received.length]).toEqual([status, 1]);
  });

  it('fails with the last answer after the last attempt', async () => {
    const { shared } = await send({}, [reply(500, 'a'), reply(502, 'b'), reply(503, 'c')]);
    expect(shared).toMatchObject({
      response: 'c',
      status_code: 503,
      error: `after 3 attempts: GET ${origin}/path answered 503 Service Unavailable: c`,
    });
  });

  it('is retried after the wait that the server requests', async () => {
    const { observer, failed } = recordFailedAttempts();
    const script = [
      reply(429, '', { 'retry-after': '0.003' }),
      reply(503, '', { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' }),
      reply(503, '', { 'retry-after': 'soon' }),
      reply(200),
    ];
    await send({}, script, { retry: { max: 4, wait_s: 0.001 }, context: { observer } });
    expect(failed).toEqual([
      [1, 3],
      [2, 2],
      [3, 4],
    ]);
  });

  it.each([
    [{ 'retry-after': '7' }, 7000],
    [{ 'retry-after': '1.5' }, 1500],
    [{ 'retry-after': '7', 'retry-after-ms': '250' }, 250],
  ])('may request a wait by %j', async (headers, retryAfterMs) => {
    const { error } = await send({}, [reply(429, '', headers)], { retry: { max: 1, wait_s: 0 } });
    expect(error).toMatchObject({ retryAfterMs });
  });

  it('that is not retryable has no wait', async () => {
    const { error } = await send({}, [reply(404, '', { 'retry-after': '7' })]);
    expect(error).toMatchObject({ retryable: false, retryAfterMs: undefined });
  });
});

describe('an http request whose effect would double', () => {
  const once = { retryRequested: false };

  it.each(['POST', 'PATCH'])('is sent once when it is %s', async (method) => {
    for (const failure of [reply(500), reply(503), reply(408), hangUp, halfAnswer]) {
      const { error } = await send({ method }, [failure, reply(200)], once);
      expect(error).toBeInstanceOf(NodeFailure);
      expect(loopback.received.length).toBe(1);
    }
  });

  it('is sent again when the server has refused it', async () => {
    for (const refusal of [reply(429), reply(503, '', { 'retry-after': '0' })]) {
      const { shared } = await send({ body: 'x' }, [refusal, reply(201)], once);
      expect([shared['status_code'], loopback.received.length]).toEqual([201, 2]);
    }
  });

  it('is sent again when the node has retry', async () => {
    const { shared } = await send({ method: 'PATCH' }, [reply(500), hangUp, reply(201)]);
    expect([shared['status_code'], loopback.received.length]).toEqual([201, 3]);
  });

  it.each(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])('is not one of %s', async (method) => {
    const { shared } = await send({ method }, [reply(500), hangUp, reply(200)], once);
    expect([shared['status_code'], loopback.received.length]).toEqual([200, 3]);
  });
});

describe('an http request without an answer', () => {
  it('is retried when the connection breaks before or in the answer', async () => {
    const { shared } = await send({}, [hangUp, halfAnswer, reply(200, 'whole')]);
    expect([shared['response'], loopback.received.length]).toEqual(['whole', 3]);
  });

  it('reports that no server listens', async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const host = `127.0.0.1:${String((closed.address() as AddressInfo).port)}`;
    await new Promise((resolve) => closed.close(resolve));
    const { shared, error } = await send({ url: `http://${host}/x?key=secret` }, []);
    expect(error).toBeInstanceOf(NodeFailure);
    expect(error).toMatchObject({ retryable: true });
    expect(shared).toEqual({
      error: `after 3 attempts: GET http://${host}/x?…: connect ECONNREFUSED ${host}`,
    });
  });

  it('is not retried when a retry cannot help', async () => {
    const loop = Array.from({ length: 30 }, () => reply(302, '', { location: '/path' }));
    expect((await send({}, loop)).shared).toEqual({ error: `GET ${origin}/path: more than 20 redirects` });
    expect(loopback.received.length).toBe(21);
  });

  it('ends after timeout_s and is retried', async () => {
    const late: Reply = holdTimer(0.05);
    const { error } = await send({ timeout_s: 0.05 }, [late, late], { retry: { max: 2, wait_s: 0 } });
    expect(error).toMatchObject({
      code: 'NODE_TIMEOUT',
      message: `after 2 attempts: GET ${origin}/path: no whole answer within 0.05 s; the request was sent`,
      retryable: true,
    });
    expect(loopback.received.length).toBe(2);
  });

  it('ends when the run is aborted and is not retried', async () => {
    const controller = new AbortController();
    const reason = new Error('Ctrl-C');
    const waiting: Reply = () => {
      controller.abort(reason);
    };
    const { shared, error } = await send({}, [waiting], { context: { signal: controller.signal } });
    expect(error).toBe(reason);
    expect([shared, loopback.received.length]).toEqual([{ error: 'Ctrl-C' }, 1]);
  });

  it('is not sent when the run was aborted before', async () => {
    const { error } = await send({}, [], { context: { signal: AbortSignal.abort(new Error('before')) } });
    expect(error).toMatchObject({ message: 'before' });
    expect(loopback.received).toEqual([]);
  });
});

describe('an http request that cannot be sent', () => {
  it.each([
    [
      { url: 'example.com/x' },
      'node "n" (http), param "url": "example.com/x" is not a URL that starts with http:// or https://',
    ],
    [
      { url: 'ftp://u:p@h/x?k=1' },
      'node "n" (http), param "url": "ftp://h/x?…" is not a URL that starts with http:// or https://',
    ],
    [{ method: 'GET', body: 'x' }, 'param "body": a GET request has no body'],
    [
      { headers: { 'X-Key': 'secret\nkey' } },
      'param "headers": the header "X-Key" has a name or a value that HTTP does not allow',
    ],
    [{ url: '' }, 'node "n" (http), param "url": it must not be empty'],
    [
      { method: 'POST', body: 'x', headers: { 'Transfer-Encoding': 'chunked' } },
      'param "headers": leave out "Transfer-Encoding": a body is sent as one piece, with its length',
    ],
    [{ auth_token: 'se cret' }, 'param "auth_token": it holds characters that a token cannot have'],
  ])('is NODE_PARAMS_INVALID: %j', async (params, message) => {
    const { error } = await send(params, []);
    expect(error).toBeInstanceOf(PflowError);
    expect(error).toMatchObject({ code: 'NODE_PARAMS_INVALID', message });
    expect(loopback.received).toEqual([]);
  });
});

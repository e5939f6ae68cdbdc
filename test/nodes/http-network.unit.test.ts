// Invariant: an answer that is not whole is a failure, whatever cut it; no secret reaches another origin.
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { http } from '../../src/nodes/http.ts';
import { holdTimer } from '../support/hold-timer.ts';
import { reply, startLoopback, type Loopback, type Reply } from '../support/loopback.ts';
import { runNode, type NodeRun, type NodeRunOptions } from '../support/run-node.ts';

let loopback: Loopback;
let other: Loopback;

beforeAll(async () => {
  [loopback, other] = await Promise.all([startLoopback(), startLoopback()]);
});

afterAll(() => {
  loopback.stop();
  other.stop();
});

async function send(
  params: Record<string, unknown>,
  script: readonly Reply[],
  occasion: NodeRunOptions = {},
): Promise<NodeRun> {
  loopback.play(script);
  return runNode(
    http,
    { url: `${loopback.origin}/a`, ...params },
    { retry: { max: 1, wait_s: 0 }, ...occasion },
  );
}

const CSV = `id,amount\n${Array.from({ length: 3000 }, (_, i) => `${String(i)},${String((i * 7919) % 1000)}`).join('\n')}`;

const PACKED: readonly (readonly [string, Buffer])[] = [
  ['gzip', gzipSync(CSV)],
  ['x-gzip', gzipSync(CSV)],
  ['deflate', deflateSync(CSV)],
  ['deflate', deflateRawSync(CSV)],
  ['br', brotliCompressSync(CSV)],
  ['deflate, gzip', gzipSync(deflateSync(CSV))],
  ['identity', Buffer.from(CSV)],
];

describe('a packed body', () => {
  it.each(PACKED)('in %s is unpacked', async (encoding, bytes) => {
    const { shared } = await send({}, [reply(200, bytes, { 'content-encoding': encoding })]);
    expect([shared['response'], shared['response_is_binary']]).toEqual([CSV, false]);
  });

  it.each(PACKED.slice(0, -1))('in %s that is cut anywhere is a failure', async (encoding, bytes) => {
    for (const size of [1, 20, bytes.length >> 1, bytes.length - 8, bytes.length - 1]) {
      const { error, shared } = await send({}, [
        reply(200, bytes.subarray(0, size), { 'content-encoding': encoding }),
      ]);
      expect(error).toMatchObject({ retryable: true });
      expect(shared).toEqual({
        error: `GET ${loopback.origin}/a: the answer broke off after ${String(size)} bytes`,
      });
    }
  });

  it('that is cut is requested again', async () => {
    const bytes = gzipSync(CSV);
    const headers = { 'content-encoding': 'gzip', 'content-type': 'text/csv' };
    const script = [reply(200, bytes.subarray(0, 4000), headers), reply(200, bytes, headers)];
    expect((await send({}, script, { retry: { max: 2, wait_s: 0 } })).shared['response']).toBe(CSV);
    const post = { retry: { max: 2, wait_s: 0 }, retryRequested: false };
    const { error } = await send({ method: 'POST' }, script, post);
    expect(error).toMatchObject({ mayHaveActed: true });
    expect(loopback.received.length).toBe(1);
  });

  it('that is damaged, or packed in an unknown way, is a failure', async () => {
    const damaged = await send({}, [reply(200, '{"a":1}', { 'content-encoding': 'gzip' })]);
    expect(damaged.shared['error']).toBe(
      `GET ${loopback.origin}/a: the answer cannot be unpacked: incorrect header check`,
    );
    const unknown = await send({}, [reply(200, 'xyz', { 'content-encoding': 'compress' })]);
    expect(unknown.error).toMatchObject({ retryable: false });
    expect(unknown.shared['error']).toContain('packed with compress, which pflow cannot read');
  });

  it('may be absent', async () => {
    const headers = { 'content-encoding': 'gzip' };
    const empty = [reply(204, '', headers), reply(200, '', headers)];
    expect((await send({}, [empty[0]!])).shared['response']).toBe('');
    expect((await send({}, [empty[1]!])).shared['response']).toBe('');
    expect((await send({ method: 'HEAD' }, [reply(200, '', headers)])).shared['response']).toBe('');
  });
});

describe('a body that ends too soon', () => {
  let raw: Server;
  let bytes = '';
  const sockets = new Set<Socket>();
  beforeAll(async () => {
    raw = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(bytes));
    });
    await new Promise<void>((resolve) => raw.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    raw.close();
  });

  it.each([
    ['SSH-2.0-OpenSSH_9.6\r\n', 'what came is not valid HTTP (Expected HTTP/, RTSP/ or ICE/)'],
    ['HTTP/1.1 200 OK\r\nno colon\r\n\r\nx', 'what came is not valid HTTP (Invalid header token)'],
    [
      'HTTP/1.1 200 OK\r\ncontent-length: 3\r\ncontent-length: 5\r\n\r\nabc',
      'what came is not valid HTTP (Duplicate Content-Length)',
    ],
    [
      `HTTP/1.1 200 OK\r\nx-a: ${'a'.repeat(200_000)}\r\n\r\n`,
      'the headers of the answer are larger than 64 KiB',
    ],
    ['', 'the server closed the connection without an answer'],
    [
      'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n',
      'the server switched to another protocol (101)',
    ],
  ])('or is no answer, as in %j, is a failure in plain words', async (text, reason) => {
    bytes = text;
    const url = `http://127.0.0.1:${String((raw.address() as AddressInfo).port)}/`;
    expect((await send({ url }, [])).shared).toEqual({ error: `GET ${url}: ${reason}` });
  });

  it('or speaks no TLS is a failure in plain words', async () => {
    bytes = 'HTTP/1.1 400 Bad Request\r\n\r\n';
    const url = `https://127.0.0.1:${String((raw.address() as AddressInfo).port)}/`;
    expect((await send({ url }, [])).shared).toEqual({
      error: `GET ${url}: no TLS connection (wrong version number)`,
    });
  });

  it.each([
    ['its length', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort', 5],
    ['a chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n10\r\nshort', 5],
    ['its last chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nshort\r\n', 5],
  ])('before %s is a failure', async (_what, text, size) => {
    bytes = text;
    const url = `http://127.0.0.1:${String((raw.address() as AddressInfo).port)}/`;
    const { error, shared } = await send({ url }, []);
    expect(error).toMatchObject({ retryable: true });
    expect(shared).toEqual({ error: `GET ${url}: the answer broke off after ${String(size)} bytes` });
  });
});

describe('the text of a body', () => {
  const utf16be = Buffer.from('\uFEFFhé', 'utf16le').swap16();
  it.each([
    ['text/plain; charset=utf-16', utf16be, 'hé', false],
    ['text/plain; charset=UTF-16', Buffer.from('\uFEFFhé', 'utf16le'), 'hé', false],
    ['text/plain; charset="utf-16be"', utf16be.subarray(2), 'hé', false],
    ['text/plain; charset=utf-16le', Buffer.from('hé', 'utf16le'), 'hé', false],
    ['text/plain', utf16be, 'hé', false],
    ['application/json; charset=utf-16', Buffer.from('\uFEFF{"a":1}', 'utf16le').swap16(), { a: 1 }, false],
    ['text/plain; charset=iso-8859-1', Buffer.from('André', 'latin1'), 'André', false],
    ['text/csv', Buffer.from('\uFEFFa,b'), 'a,b', false],
    ['text/html', Buffer.from('André', 'latin1'), 'QW5kcuk=', true],
    ['text/plain; charset=shift_jis', Buffer.from([0x82, 0x00, 0xff]), 'ggD/', true],
    ['image/png', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0xff, 0xfe, 0x41]), 'iVBORw0K//5B', true],
    ['application/json', Buffer.from([0x7b, 0xff]), 'e/8=', true],
  ])('of %s is decoded or becomes base64', async (type, body, response, response_is_binary) => {
    const { shared } = await send({}, [reply(200, body, { 'content-type': type })]);
    expect(shared).toMatchObject({ response, response_is_binary });
  });
});

describe('a redirect', () => {
  const headers = {
    'X-Api-Key': 'key',
    Cookie: 'a=1',
    Authorization: 'Basic x',
    'X-Trace': '1',
    Accept: 'text/csv',
    'Accept-Language': 'de',
    'User-Agent': 'me',
  };

  it('to another origin takes no header of the user along', async () => {
    other.play([reply(302, '', { location: `${loopback.origin}/back` })]);
    const first = reply(307, '', { location: `${other.origin}/b?sig=secret` });
    const { shared } = await send({ headers, body: { a: 1 } }, [first, reply(200, 'done')]);
    expect(other.received[0]).toMatchObject({ method: 'POST', body: '{"a":1}' });
    expect(Object.keys(other.received[0]!.headers).sort()).toEqual([
      'accept',
      'accept-encoding',
      'accept-language',
      'connection',
      'content-length',
      'content-type',
      'host',
      'user-agent',
    ]);
    expect(loopback.received[1]?.headers['x-api-key']).toBe(undefined);
    expect(shared).toMatchObject({
      response: 'done',
      redirects: [`${other.origin}/b?…`, `${loopback.origin}/back`],
    });
  });

  it('within one origin keeps them', async () => {
    const { shared } = await send({ headers, auth_token: 't' }, [
      reply(301, '', { location: '/there' }),
      reply(200, 'found'),
    ]);
    expect(loopback.received[1]).toMatchObject({
      url: '/there',
      headers: { 'x-api-key': 'key', cookie: 'a=1' },
    });
    expect(shared['redirects']).toEqual([`${loopback.origin}/there`]);
  });

  it.each([
    [301, 'POST', 'GET'],
    [302, 'POST', 'GET'],
    [303, 'PUT', 'GET'],
    [303, 'HEAD', 'HEAD'],
    [307, 'POST', 'POST'],
    [308, 'PATCH', 'PATCH'],
    [302, 'DELETE', 'DELETE'],
  ])('by %i turns %s into %s', async (status, method, next) => {
    const body = method === 'HEAD' ? {} : { body: 'text' };
    await send({ method, ...body }, [reply(status, '', { location: '/b' }), reply(200)]);
    const { method: got, body: sent, headers: kept } = loopback.received[1]!;
    expect([got, sent]).toEqual([next, next === method && method !== 'HEAD' ? 'text' : '']);
    if (next === 'GET') expect(kept).not.toHaveProperty('content-length');
  });

  it('is an answer where it is turned off', async () => {
    const moved = reply(302, 'moved', { location: '/b?token=secret' });
    const off = { follow_redirects: false };
    const { shared } = await send(off, [moved]);
    expect(shared).toMatchObject({
      status_code: 302,
      redirects: [],
      error: `GET ${loopback.origin}/a answered 302 Found: moved`,
    });
    const expected = await send({ ...off, expect: { status: 302 } }, [moved]);
    expect(expected.shared).toMatchObject({ status_code: 302, response: 'moved' });
  });

  it('that leads nowhere is a failure, and one without an address is an answer', async () => {
    const { error } = await send({}, [reply(302, '', { location: 'ftp://127.0.0.1/x' })]);
    expect(error).toMatchObject({
      retryable: false,
      message: `GET ${loopback.origin}/a: it redirects to an address that is not http or https`,
    });
    expect((await send({}, [reply(302, 'nowhere')])).shared).toMatchObject({ status_code: 302 });
  });

  it('is named in a failure, without its query', async () => {
    other.play([reply(403, 'expired')]);
    const { shared } = await send({}, [reply(302, '', { location: `${other.origin}/b?sig=secret` })]);
    expect(shared['error']).toBe(
      `GET ${loopback.origin}/a, redirected to ${other.origin}/b?…, answered 403 Forbidden: expired`,
    );
  });
});

describe('what the workflow expects of an answer', () => {
  const json = (status: number, body: unknown): Reply =>
    reply(status, JSON.stringify(body), { 'content-type': 'application/json' });
  const body = { ok: true, items: [{ id: 1, name: 'a' }, { id: 2 }], n: 1.5, none: null };

  it.each([
    [{ status: 404 }, 404],
    [{ status: [200, 404] }, 404],
    [{ status: '4xx' }, 404],
    [{ status: ['200-204', '400-404'] }, 404],
    [{ body: { ok: true } }, 200],
    [{ body: { items: [{ id: 1 }, { id: 2 }], none: null } }, 200],
    [{ status: [200, 201], body: { n: 1.5 } }, 201],
    [{ body: {} }, 200],
  ])('is met: %j by %i', async (expected, status) => {
    const { error, shared } = await send({ expect: expected }, [json(status, body)]);
    expect(error).toBe(undefined);
    expect(shared).toMatchObject({ status_code: status, response: body });
  });

  it.each([
    [{ status: 201 }, 200, 'answered 200 OK, expected 201'],
    [{ status: [201, '3xx'] }, 200, 'answered 200 OK, expected 201 or 3xx'],
    [{ body: { ok: false } }, 200, 'answered 200, but body.ok is true, expected false'],
    [{ body: { gone: 1 } }, 200, 'answered 200, but body.gone is missing, expected 1'],
    [{ body: { items: [{ id: 1 }] } }, 200, 'answered 200, but body.items is [{"id":1,"name":"a"},{"id":2}]'],
    [{ body: { items: [{ id: 1 }, { id: '2' }] } }, 200, 'but body.items[1].id is 2, expected "2"'],
    [{ body: 'text' }, 200, 'answered 200, but body is {"ok":true'],
    [{ status: 200, body: { ok: true } }, 404, 'answered 404 Not Found, expected 200'],
  ])('is not met: %j by %i', async (expected, status, message) => {
    const { error, shared } = await send({ expect: expected }, [json(status, body)]);
    expect((error as Error).message).toContain(message);
    expect(shared).toMatchObject({ status_code: status, response: body });
  });

  it.each([[{ status: 99 }], [{ status: '9xx' }], [{ status: [] }], [{ state: 200 }]])(
    'is checked before anything is sent: %j',
    async (expected) => {
      const { error } = await send({ expect: expected }, []);
      expect(error).toMatchObject({ code: 'NODE_PARAMS_INVALID' });
      expect(loopback.received).toEqual([]);
    },
  );
});

describe('the query of an address', () => {
  it.each([
    ['/x?sig=st=1~exp=2/a%20b', { page: 2 }, '/x?sig=st=1~exp=2/a%20b&page=2'],
    ['/x?a=%2f+b&', { q: 'ä&=' }, '/x?a=%2f+b&q=%C3%A4%26%3D'],
    ['/x?', { q: 1 }, '/x?q=1'],
    ['/x?a=b#part', { q: [1, 2], n: null }, '/x?a=b&q=1&q=2'],
    ['/x?a=~!*()', {}, '/x?a=~!*()'],
  ])('%s is kept byte for byte', async (path, params, sent) => {
    await send({ url: `${loopback.origin}${path}`, params }, [reply(200)]);
    expect(loopback.received[0]?.url).toBe(sent);
  });
});

describe('the time limit of a request', () => {
  it('states that the request was sent, and is that of the node without one of its own', async () => {
    const end = holdTimer(0.3);
    const silent: Reply = (response) => {
      response.writeHead(200).write('a');
      end();
    };
    const { error } = await send({ method: 'POST', timeout_s: 0.3 }, [silent], { retryRequested: false });
    expect(error).toMatchObject({
      code: 'NODE_TIMEOUT',
      mayHaveActed: true,
      message: `POST ${loopback.origin}/a: no whole answer within 0.3 s; the request was sent`,
    });
    const node = await send({}, [silent], { timeout_s: 0.3 });
    expect(node.error).toMatchObject({ code: 'NODE_TIMEOUT' });
    expect(String(node.error)).toContain('0.3 s');
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { http } from '../../src/nodes/http.ts';
import { reply, startLoopback, type Loopback } from '../support/loopback.ts';
import { startProxy, type TestProxy } from '../support/proxy.ts';
import { runNode, type NodeRun } from '../support/run-node.ts';

let target: Loopback;
let proxy: TestProxy;
let denying: TestProxy;
let blocking: TestProxy;

beforeAll(async () => {
  target = await startLoopback();
  const port = Number(new URL(target.origin).port);
  [proxy, denying, blocking] = await Promise.all([
    startProxy(port),
    startProxy(port, 407),
    startProxy(port, 403),
  ]);
});

afterAll(() => {
  for (const each of [target, proxy, denying, blocking]) each.stop();
});

function send(url: string, env: Record<string, string>, params = {}): Promise<NodeRun> {
  target.play([reply(200, 'here')]);
  proxy.seen.length = 0;
  return runNode(
    http,
    { url, ...params },
    { retry: { max: 2, wait_s: 0 }, retryRequested: false, context: { env } },
  );
}

describe('a request through a proxy', () => {
  it('reaches a host that only the proxy knows', async () => {
    const env = { HTTP_PROXY: `http://us%40er:pass@${proxy.address}` };
    const { shared } = await send('http://api.invalid/x?a=b%20c', env, {
      body: { a: 1 },
      headers: { 'x-a': '1' },
    });
    expect(shared).toMatchObject({ response: 'here', status_code: 200, redirects: [] });
    const user = Buffer.from('us@er:pass').toString('base64');
    expect(proxy.seen).toEqual([`POST http://api.invalid/x?a=b%20c Basic ${user}`]);
    expect(target.received[0]).toMatchObject({ url: '/x?a=b%20c', body: '{"a":1}', headers: { 'x-a': '1' } });
  });

  it('takes a tunnel to https', async () => {
    const { shared } = await send('https://api.invalid/x', { https_proxy: proxy.address });
    expect(proxy.seen).toEqual(Array.from({ length: 2 }, () => 'CONNECT api.invalid:443 -'));
    expect(shared['error']).toMatch(
      /^after 2 attempts: GET https:\/\/api\.invalid\/x: the proxy .* of https_proxy: /u,
    );
  });

  it('is not made for hosts of NO_PROXY', async () => {
    const env = { HTTP_PROXY: denying.address, no_proxy: 'localhost,127.0.0.1' };
    expect((await send(target.origin, env)).shared['response']).toBe('here');
  });

  it.each(['http://api.invalid/x', 'https://api.invalid/x'])(
    'fails when the proxy requires a user for %s',
    async (url) => {
      const env = { HTTP_PROXY: denying.address, HTTPS_PROXY: denying.address };
      const { error } = await send(url, env);
      const variable = url.startsWith('https') ? 'HTTPS_PROXY' : 'HTTP_PROXY';
      expect(error).toMatchObject({
        message: `GET ${url}: the proxy ${denying.address} of ${variable} requires a user and a password (407)`,
        hint: `Write ${variable} as http://user:password@${denying.address}.`,
        retryable: false,
        mayHaveActed: false,
      });
    },
  );

  it('fails when the proxy refuses a tunnel', async () => {
    const { error } = await send('https://api.invalid/x', { HTTPS_PROXY: blocking.address });
    expect(error).toMatchObject({
      message: `GET https://api.invalid/x: the proxy ${blocking.address} of HTTPS_PROXY refused the connection (403)`,
      retryable: false,
    });
  });

  it('is sent again when no proxy listens, whatever its method', async () => {
    const { error, shared } = await send(
      'http://api.invalid/x',
      { HTTP_PROXY: '127.0.0.1:1' },
      { method: 'POST' },
    );
    expect(error).toMatchObject({ retryable: true, mayHaveActed: false });
    expect(shared['error']).toBe(
      'after 2 attempts: POST http://api.invalid/x: the proxy 127.0.0.1:1 of HTTP_PROXY: connect ECONNREFUSED 127.0.0.1:1',
    );
  });

  it('never shows the password of the proxy', async () => {
    const { error } = await send('http://api.invalid/x', { HTTP_PROXY: `http://me:hunter22@127.0.0.1:1` });
    expect(JSON.stringify(error) + String(error)).not.toContain('hunter22');
  });
});

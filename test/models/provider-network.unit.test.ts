// Checks that model calls use the network as http nodes do: proxies, redirects, time limits, whole bodies.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gzipSync } from 'node:zlib';
import { ModelFailure } from '../../src/models/model-failure.ts';
import { createProviderClient } from '../../src/models/provider-client.ts';
import { llm } from '../../src/nodes/llm.ts';
import { holdTimer } from '../support/hold-timer.ts';
import { hangUp, reply, startLoopback, type Loopback, type Reply } from '../support/loopback.ts';
import { startProxy, type TestProxy } from '../support/proxy.ts';
import { runNode, type NodeRun } from '../support/run-node.ts';

let provider: Loopback;
let other: Loopback;
let proxy: TestProxy;
let denying: TestProxy;

beforeAll(async () => {
  [provider, other] = await Promise.all([startLoopback(), startLoopback()]);
  const port = Number(new URL(provider.origin).port);
  [proxy, denying] = await Promise.all([startProxy(port), startProxy(port, 407)]);
});

afterAll(() => {
  for (const each of [provider, other, proxy, denying]) each.stop();
});

const MESSAGE = JSON.stringify({
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4-0',
  content: [{ type: 'text', text: 'Hello.' }],
  stop_reason: 'end_turn',
  usage: { input_tokens: 1, output_tokens: 1 },
});
const JSON_TYPE = { 'content-type': 'application/json' };
const answered = reply(200, MESSAGE, JSON_TYPE);

function callModel(
  script: readonly Reply[],
  { env = {}, params = {} }: { readonly env?: Record<string, string>; readonly params?: object } = {},
): Promise<NodeRun> {
  provider.play(script);
  const access = { ANTHROPIC_API_KEY: 'sk-ant-key', ANTHROPIC_BASE_URL: provider.origin, ...env };
  return runNode(
    llm,
    { model: 'claude-sonnet-4-0', prompt: 'Hi', ...params },
    { retry: { max: 2, wait_s: 0 }, context: { models: createProviderClient({ env: access }), env: access } },
  );
}

describe('a model call', () => {
  it.each([600, 999])('reports the status %i, which HTTP does not define, with its body', async (status) => {
    const denied = reply(status, '{"error":{"message":"denied as a robot"}}', JSON_TYPE);
    const { error } = await callModel([denied, denied]);
    expect(error).toMatchObject({ code: 'MODEL_OVERLOADED', retryable: true });
    expect(String(error)).toContain('after 2 attempts: ');
    expect(String(error)).toContain(`(${String(status)}: "denied as a robot")`);
    expect((await callModel([denied, answered])).shared['response']).toBe('Hello.');
  });

  it('reads a packed answer, and requests a cut one again', async () => {
    const packed = gzipSync(MESSAGE);
    const headers = { ...JSON_TYPE, 'content-encoding': 'gzip' };
    const script = [reply(200, packed.subarray(0, 30), headers), reply(200, packed, headers)];
    expect((await callModel(script)).shared['response']).toBe('Hello.');
    const { error } = await callModel([script[0]!, script[0]!]);
    expect(error).toMatchObject({ code: 'MODEL_NETWORK', retryable: true });
    expect(String(error)).toContain('after 2 attempts: ');
  });

  it('goes through a proxy', async () => {
    const env = { HTTP_PROXY: proxy.address, ANTHROPIC_BASE_URL: 'http://api.invalid' };
    expect((await callModel([answered], { env })).shared['response']).toBe('Hello.');
    expect(proxy.seen).toEqual(['POST http://api.invalid/v1/messages -']);
  });

  it('fails once when the proxy requires a user', async () => {
    for (const scheme of ['http', 'https']) {
      const address = `${scheme}://api.invalid`;
      const env = { HTTP_PROXY: denying.address, https_proxy: denying.address, ANTHROPIC_BASE_URL: address };
      const { error } = await callModel([], { env });
      expect(String(error)).toContain('the proxy requires a user name and a password');
      expect(error).toMatchObject({ retryable: false, cause: expect.any(ModelFailure) as unknown });
    }
  });

  it('fails when the server switches to another protocol, or closes without an answer', async () => {
    const upgrade = reply(101, '', { connection: 'upgrade', upgrade: 'websocket' });
    for (const each of [upgrade, hangUp]) {
      const { error } = await callModel([each, each]);
      expect(String(error)).toContain('cannot be reached');
      expect(error).toMatchObject({ cause: expect.objectContaining({ code: 'MODEL_NETWORK' }) as unknown });
    }
  });

  it('takes no key to another origin', async () => {
    other.play([answered]);
    await callModel([reply(307, '', { location: `${other.origin}/v1/messages` })]);
    expect(other.received).toHaveLength(1);
    expect(other.received[0]?.headers).not.toHaveProperty('x-api-key');
    expect(other.received[0]?.headers).not.toHaveProperty('anthropic-version');
    expect(JSON.stringify(other.received)).not.toContain('sk-ant-key');
  });

  it('ends with its time limit, states that it was sent, and is not repeated', async () => {
    const { error } = await callModel([holdTimer(0.1), answered], { params: { timeout_s: 0.1 } });
    expect(error).toMatchObject({
      code: 'NODE_TIMEOUT',
      retryable: false,
      message: 'claude-sonnet-4-0: no whole answer within 0.1 s; the request was sent and may be billed',
    });
    expect(provider.received).toHaveLength(1);
  });
});

describe('an image whose address the model does not take', () => {
  const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
  const CHAT = JSON.stringify({
    model: 'llava',
    choices: [{ index: 0, message: { role: 'assistant', content: 'A dot.' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  });

  /** The proxy leads to `provider`, which serves the image. The model answers at `other`. */
  async function describeImage(
    script: readonly Reply[],
    url: string,
    params: object = {},
  ): Promise<NodeRun & { readonly sent: string }> {
    provider.play(script);
    other.play([reply(200, CHAT, JSON_TYPE)]);
    const { host } = new URL(other.origin);
    const env = { HTTP_PROXY: proxy.address, NO_PROXY: host, OLLAMA_HOST: host };
    const run = await runNode(
      llm,
      { model: 'ollama/llava', prompt: 'What is it?', images: url, ...params },
      { retry: { max: 2, wait_s: 0 }, context: { models: createProviderClient({ env }), env } },
    );
    return { ...run, sent: other.received.map(({ body }) => body).join('') };
  }

  it('comes through the proxy, after a redirect, unpacked', async () => {
    proxy.seen.length = 0;
    const packed = { 'content-type': 'image/png; x=1', 'content-encoding': 'gzip' };
    const script = [
      reply(302, '', { location: 'http://images.invalid/b.png' }),
      reply(200, gzipSync(PNG), packed),
    ];
    const { shared, sent } = await describeImage(script, 'http://images.invalid/a.png?key=secret');
    expect(shared['response']).toBe('A dot.');
    expect(sent).toContain(`data:image/png;base64,${PNG.toString('base64')}`);
    expect(proxy.seen).toEqual([
      'GET http://images.invalid/a.png?key=secret -',
      'GET http://images.invalid/b.png -',
    ]);
  });

  it('is requested again after a failure of the server, and the model is called once', async () => {
    const { shared, sent } = await describeImage(
      [reply(503), reply(200, PNG)],
      'http://images.invalid/a.png',
    );
    expect(shared['response']).toBe('A dot.');
    expect(sent.match(/"model"/gu)).toHaveLength(1);
  });

  it.each([
    ['is not there', reply(404, 'no'), 'it answered 404'],
    [
      'is cut off',
      reply(200, gzipSync(PNG).subarray(0, 12), { 'content-encoding': 'gzip' }),
      'the answer broke off',
    ],
  ])('that %s fails the node before the model is called', async (_what, answer, why) => {
    const { error, sent } = await describeImage([answer, answer], 'http://images.invalid/a.png?key=secret');
    expect(String(error)).toContain(`image "http://images.invalid/a.png?…" cannot be loaded: ${why}`);
    expect(sent).toBe('');
  });

  it('that never ends is stopped by the time limit', async () => {
    const { error } = await describeImage([holdTimer(0.1)], 'http://images.invalid/a.png', {
      timeout_s: 0.1,
    });
    expect(error).toMatchObject({ code: 'NODE_TIMEOUT' });
  });
});

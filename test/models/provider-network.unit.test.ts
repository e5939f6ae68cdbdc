// Checks that model calls use the network as http nodes do: proxies, redirects, time limits, whole bodies.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gzipSync } from 'node:zlib';
import { ModelFailure } from '../../src/models/model-failure.ts';
import { createProviderClient } from '../../src/models/provider-client.ts';
import { llm } from '../../src/nodes/llm.ts';
import { reply, silence, startLoopback, type Loopback, type Reply } from '../support/loopback.ts';
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

  it('takes no key to another origin', async () => {
    other.play([answered]);
    await callModel([reply(307, '', { location: `${other.origin}/v1/messages` })]);
    expect(other.received).toHaveLength(1);
    expect(other.received[0]?.headers).not.toHaveProperty('x-api-key');
    expect(other.received[0]?.headers).not.toHaveProperty('anthropic-version');
    expect(JSON.stringify(other.received)).not.toContain('sk-ant-key');
  });

  it('ends with its time limit, states that it was sent, and is not repeated', async () => {
    const { error } = await callModel([silence, answered], { params: { timeout_s: 0.1 } });
    expect(error).toMatchObject({
      code: 'NODE_TIMEOUT',
      retryable: false,
      message: 'claude-sonnet-4-0: no whole answer within 0.1 s; the request was sent and may be billed',
    });
    expect(provider.received).toHaveLength(1);
  });
});

// Runs a provider on loopback with the HTTP APIs of Anthropic, OpenAI and Google. Its answers are deterministic, it
// fails as scripted, and it records every request.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { anthropicMessages } from './apis/anthropic-messages.ts';
import { googleGenerate } from './apis/google-generate.ts';
import { openaiChat } from './apis/openai-chat.ts';
import { openaiResponses } from './apis/openai-responses.ts';
import { respond, send } from './respond.ts';
import type { Api, ApiName, ParsedRequest, Behaviour, Rule, Script } from './script.ts';

export interface RecordedRequest {
  readonly api: ApiName;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readonly<Record<string, unknown>>;
  readonly parsed: ParsedRequest;
  /** The client disconnected before it had the whole response. */
  abandoned: boolean;
  /** Resolves when the client has the whole response, or has disconnected. */
  readonly closed: Promise<void>;
}

export interface TestProvider {
  readonly url: string;
  /** In order of arrival; grows with each request. */
  readonly requests: readonly RecordedRequest[];
  /** The environment variables that point pflow to this provider, keys included. */
  readonly env: Readonly<Record<string, string>>;
  /** Resolves when request number `count` has arrived, counted from 1. */
  waitForRequest(count: number): Promise<RecordedRequest>;
  stop(): Promise<void>;
}

export const APIS: readonly Api[] = [anthropicMessages, openaiResponses, openaiChat, googleGenerate];

export async function startProvider(script: Script = {}): Promise<TestProvider> {
  const requests: RecordedRequest[] = [];
  const waiting = new Set<() => void>();
  const used = new Map<Rule, number>();
  const server = createServer((request, response) => {
    void serve(request, response).catch(() => response.destroy());
  });
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = new URL(request.url ?? '/', 'http://provider').pathname;
    const api = APIS.find((one) => one.matches(path));
    const body = await bodyOf(request);
    if (api === undefined) {
      send(response, 404, JSON.stringify({ error: { message: `no such path: ${path}`, type: 'not_found' } }));
      return;
    }
    const parsed = api.read(path, body);
    const recorded: RecordedRequest = {
      api: api.name,
      path,
      headers: request.headers,
      body,
      parsed,
      abandoned: false,
      closed: new Promise((resolve) => {
        response.on('close', () => {
          recorded.abandoned = !response.writableFinished;
          resolve();
        });
      }),
    };
    requests.push(recorded);
    for (const wake of waiting) wake();
    waiting.clear();
    respond(behaviourFor(parsed, script, used), { api, request: parsed, response, answers: script.answers });
  };
  const url = await listen(server);
  return {
    url,
    requests,
    env: environment(url),
    async waitForRequest(count) {
      while (requests.length < count) {
        await new Promise<void>((resolve) => {
          waiting.add(resolve);
        });
      }
      return requests[count - 1]!;
    },
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function environment(url: string): Readonly<Record<string, string>> {
  return {
    ANTHROPIC_API_KEY: 'test-anthropic-key',
    ANTHROPIC_BASE_URL: url,
    OPENAI_API_KEY: 'test-openai-key',
    OPENAI_BASE_URL: `${url}/v1`,
    GOOGLE_GENERATIVE_AI_API_KEY: 'test-google-key',
    GOOGLE_BASE_URL: `${url}/v1beta`,
    OLLAMA_HOST: url,
  };
}

function behaviourFor(request: ParsedRequest, { rules = [] }: Script, used: Map<Rule, number>): Behaviour {
  const rule = rules.find(
    (one) =>
      (one.when === undefined || request.prompt.includes(one.when)) &&
      (one.system === undefined || request.system.includes(one.system)) &&
      (one.api === undefined || one.api === request.api) &&
      (used.get(one) ?? 0) < (one.times ?? Number.POSITIVE_INFINITY),
  );
  if (rule === undefined) return { do: 'answer' };
  used.set(rule, (used.get(rule) ?? 0) + 1);
  return rule.then;
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, unknown>;
  } catch {
    return {};
  }
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

// Calls providers over the network through the AI SDK. One call is one request: retries are the job of the caller.
// Knows no node and no log.
import type { ModelMessage } from 'ai';
import { createFetch } from '../net/fetch.ts';
import { createSend } from '../net/send.ts';
import { present } from '../values/present.ts';
import { resolveEndpoint, type Endpoint } from './credentials.ts';
import { Exchange } from './exchange.ts';
import { generate, readReceived } from './generate.ts';
import { loadImage } from './load-image.ts';
import {
  isReportedFailure,
  modelFailureOf,
  unreadAnswerFailure,
  type CallTarget,
} from './model-failure-of.ts';
import { vendorAt } from '../usage/vendors.ts';
import { parseModelName, type CustomProviders, type ModelName, type StructuredMode } from './model-name.ts';
import type { ModelAnswer, ModelClient, ModelRequest } from './model.ts';
import { connectAnthropic } from './providers/anthropic.ts';
import type { Connect, Connection } from './providers/connection.ts';
import { connectGoogle } from './providers/google.ts';
import { connectOpenAICompatible } from './providers/openai-compatible.ts';
import { connectOpenAI } from './providers/openai.ts';
import { structuredModeOf } from './structured-mode.ts';
import type { Environment } from '../values/environment.ts';

/** Where keys, custom providers and images come from. */
export interface ProviderAccess {
  readonly env: Environment;
  /** Custom providers by name, from the settings. */
  readonly providers?: CustomProviders;
  /** Folder that paths of images are relative to. */
  readonly cwd?: string;
}

const CONNECT: Readonly<Record<ModelName['api'], Connect>> = {
  anthropic: connectAnthropic,
  openai: connectOpenAI,
  google: connectGoogle,
  ollama: connectOpenAICompatible,
  custom: connectOpenAICompatible,
};

/**
 * Creates a client that calls providers over HTTP. Keys are read from `env` with each request; nothing is loaded
 * before the first one.
 */
export function createProviderClient(access: ProviderAccess): ModelClient {
  return {
    async answer(request, signal, _caller, { onSent = () => undefined, onText } = {}) {
      signal.throwIfAborted();
      const name = parseModelName(request.model, access.providers);
      const endpoint = resolveEndpoint(name, access.env);
      const messages = [await buildUserMessage(request, access.cwd ?? '.', signal)];
      const send = createSend(access.env);
      const exchange = new Exchange({ fetch: createFetch(send), onSent, ...present({ onText }) });
      const structured = structuredModeOf(name, request);
      const connection = await CONNECT[name.api]({ name, endpoint, request, exchange, structured });
      const target = describeTarget({ name, endpoint, connection, exchange, structured });
      const call = { request, messages, connection, structured, signal, send };
      const ignored_params = await generate(call).catch((error: unknown) => {
        if (signal.aborted) throw signal.reason;
        throw modelFailureOf(error, target);
      });
      const reading = readReceived(exchange, connection, structured);
      if (reading === undefined || isReportedFailure(reading, target)) throw unreadAnswerFailure(target);
      return toAnswer(reading, { name, endpoint, exchange, connection, ignored_params });
    },
  };
}

async function buildUserMessage(
  { prompt, images }: ModelRequest,
  cwd: string,
  signal: AbortSignal,
): Promise<ModelMessage> {
  if (images === undefined || images.length === 0) return { role: 'user', content: prompt };
  const loaded = await Promise.all(images.map((image) => loadImage(image, cwd, signal)));
  return {
    role: 'user',
    content: [{ type: 'text', text: prompt }, ...loaded.map((image) => ({ type: 'image' as const, image }))],
  };
}

/** A built-in provider has its own API, wherever it is. */
function vendorOf({ api, provider }: ModelName, { base_url }: Endpoint): string | undefined {
  return api === 'custom' ? vendorAt(provider, base_url) : undefined;
}

interface Answered extends Pick<ModelAnswer, 'ignored_params'> {
  readonly name: ModelName;
  readonly endpoint: Endpoint;
  readonly exchange: Exchange;
  readonly connection: Connection;
}

function toAnswer(
  { text, finish_reason }: Pick<ModelAnswer, 'text' | 'finish_reason'>,
  { name, endpoint, exchange, connection, ignored_params = [] }: Answered,
): ModelAnswer {
  const vendor = vendorOf(name, endpoint);
  const headers = exchange.received.at(-1)?.headers;
  const call = { provider: name.provider, model: name.name, vendor, headers };
  const { response_model, ...bill } = connection.bill(joinedBody(exchange, connection), call);
  return {
    text,
    provider: name.provider,
    ...present({ vendor }),
    model: `${name.provider}/${name.name}`,
    ...bill,
    ...(response_model === undefined || response_model === name.name ? {} : { response_model }),
    finish_reason,
    ...(ignored_params.length === 0 ? {} : { ignored_params }),
  };
}

function joinedBody({ received }: Exchange, { join }: Connection): unknown {
  const bodies = received.map(({ body }) => body);
  return join === undefined ? bodies.at(-1) : join(bodies);
}

interface Contacted {
  readonly name: ModelName;
  readonly endpoint: Endpoint;
  readonly connection: Connection;
  readonly exchange: Exchange;
  readonly structured: StructuredMode | undefined;
}

function describeTarget({ name, endpoint, connection, exchange, structured }: Contacted): CallTarget {
  const { api_key, key_variables, base_url, base_url_from } = endpoint;
  return {
    model: `${name.provider}/${name.name}`,
    provider: name.provider,
    vendor: vendorOf(name, endpoint),
    api: name.api,
    key_variable: key_variables[0],
    base_url,
    base_url_from,
    secrets: api_key === undefined ? [] : [api_key],
    bill: connection.bill,
    exchange,
    structured,
    now: Date.now(),
  };
}

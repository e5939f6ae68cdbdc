// Calls providers over the network through the AI SDK, which the first call loads. One call is one request: retries are
// the job of the caller. Knows no node and no log.
import type { ModelMessage, SystemModelMessage } from 'ai';
import { present } from '../values/present.ts';
import { resolveEndpoint, type Endpoint, type Environment } from './credentials.ts';
import { loadImage } from './load-image.ts';
import { modelFailureOf, type CallTarget } from './model-failure-of.ts';
import { parseModelName, type CustomProviders, type ModelName } from './model-name.ts';
import type { ModelAnswer, ModelClient, ModelRequest } from './model.ts';
import { connectAnthropic } from './providers/anthropic.ts';
import type { Connect, Connection } from './providers/connection.ts';
import { connectGoogle } from './providers/google.ts';
import { connectOpenAICompatible } from './providers/openai-compatible.ts';
import { connectOpenAI } from './providers/openai.ts';

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
    async answer(request, signal) {
      signal.throwIfAborted();
      const name = parseModelName(request.model, access.providers);
      const endpoint = resolveEndpoint(name, access.env);
      const messages = [await buildUserMessage(request, access.cwd ?? '.')];
      const connection = await CONNECT[name.api](name, endpoint, request);
      const response = await generate({ request, messages, connection, signal }).catch((error: unknown) => {
        if (signal.aborted) throw signal.reason;
        throw modelFailureOf(error, describeTarget(name, endpoint, connection));
      });
      return toAnswer(response, name, connection);
    },
  };
}

interface SdkResponse {
  readonly text: string;
  readonly finish_reason: string;
  readonly body: unknown;
  /** Usage of the whole answer as the provider's package added it up. */
  readonly summed: unknown;
}

interface Call {
  readonly request: ModelRequest;
  readonly messages: ModelMessage[];
  readonly connection: Connection;
  readonly signal: AbortSignal;
}

async function generate({ request, messages, connection, signal }: Call): Promise<SdkResponse> {
  const { generateText, jsonSchema, Output } = await import('ai');
  // The SDK would print its warnings; only the command line prints.
  globalThis.AI_SDK_LOG_WARNINGS = false;
  const { temperature, max_tokens, output_schema } = request;
  const result = await generateText({
    model: connection.model,
    messages,
    providerOptions: connection.options,
    maxRetries: 0,
    abortSignal: signal,
    ...present({ system: buildSystemMessage(request), temperature, maxOutputTokens: max_tokens }),
    // The schema is sent, but the text comes back unparsed. An answer off schema is paid too.
    ...(output_schema === undefined
      ? {}
      : {
          output: {
            ...Output.object({ schema: jsonSchema(output_schema) }),
            parseCompleteOutput: ({ text }: { text: string }) => Promise.resolve(text),
          },
        }),
  });
  const { text, finishReason, response, usage } = result;
  return { text, finish_reason: finishReason, body: response.body, summed: usage.raw };
}

/** Marks the text for caching by Anthropic. The other providers cache by themselves or not at all. */
function buildSystemMessage({ system, cache_system }: ModelRequest): string | SystemModelMessage | undefined {
  if (system === undefined || cache_system !== true) return system;
  const providerOptions = { anthropic: { cacheControl: { type: 'ephemeral' } } };
  return { role: 'system', content: system, providerOptions };
}

async function buildUserMessage({ prompt, images }: ModelRequest, cwd: string): Promise<ModelMessage> {
  if (images === undefined || images.length === 0) return { role: 'user', content: prompt };
  const loaded = await Promise.all(images.map((image) => loadImage(image, cwd)));
  return {
    role: 'user',
    content: [{ type: 'text', text: prompt }, ...loaded.map((image) => ({ type: 'image' as const, image }))],
  };
}

function toAnswer(response: SdkResponse, name: ModelName, connection: Connection): ModelAnswer {
  const { response_model, ...bill } = connection.bill(response.body, response.summed);
  return {
    text: response.text,
    provider: name.provider,
    model: `${name.provider}/${name.name}`,
    ...bill,
    ...(response_model === undefined || response_model === name.name ? {} : { response_model }),
    finish_reason: isEmpty(response) ? 'error' : response.finish_reason,
  };
}

/** True for a body without an answer. Its text is empty, and it gives no known reason to stop. */
function isEmpty({ text, finish_reason }: SdkResponse): boolean {
  return text === '' && finish_reason === 'other';
}

function describeTarget(name: ModelName, endpoint: Endpoint, connection: Connection): CallTarget {
  const { api_key, key_variables, base_url, base_url_from } = endpoint;
  return {
    model: `${name.provider}/${name.name}`,
    key_variable: key_variables[0],
    base_url,
    base_url_from,
    secrets: api_key === undefined ? [] : [api_key],
    bill: connection.bill,
    now: Date.now(),
  };
}

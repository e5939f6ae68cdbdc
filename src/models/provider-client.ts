// Asks a provider over the network, through the AI SDK, which is loaded with the first call. One call is one
// request: trying again is the caller's affair. Knows no node and no log.
import type { ModelMessage, SystemModelMessage } from 'ai';
import { resolveEndpoint, type Endpoint, type Environment } from './credentials.ts';
import { modelFailureOf, type CallTarget } from './model-failure-of.ts';
import { loadImage } from './load-image.ts';
import { parseModelName, type CustomProviders, type ModelName } from './model-name.ts';
import type { ModelAnswer, ModelClient, ModelRequest } from './model.ts';
import { connectAnthropic } from './providers/anthropic.ts';
import type { Connect, Connection } from './providers/connection.ts';
import { connectGoogle } from './providers/google.ts';
import { connectOpenAICompatible } from './providers/openai-compatible.ts';
import { connectOpenAI } from './providers/openai.ts';

export interface ProviderAccess {
  readonly env: Environment;
  /** Custom providers by name, from the settings. */
  readonly providers?: CustomProviders;
  /** Where paths of images start. */
  readonly cwd?: string;
}

const CONNECT: Readonly<Record<ModelName['api'], Connect>> = {
  anthropic: connectAnthropic,
  openai: connectOpenAI,
  google: connectGoogle,
  ollama: connectOpenAICompatible,
  custom: connectOpenAICompatible,
};

export function createProviderClient(access: ProviderAccess): ModelClient {
  return {
    async answer(request, signal) {
      signal.throwIfAborted();
      const name = parseModelName(request.model, access.providers);
      const endpoint = resolveEndpoint(name, access.env);
      const model = `${name.provider}/${name.name}`;
      const messages = [await question(request, access.cwd ?? '.')];
      const connection = await CONNECT[name.api](name, endpoint, request);
      const spoken = await ask({ request, messages, connection, signal }).catch((error: unknown) => {
        if (signal.aborted) throw signal.reason;
        throw modelFailureOf(error, originOf(model, endpoint, connection));
      });
      return answerOf(spoken, name, connection);
    },
  };
}

interface Spoken {
  readonly text: string;
  readonly finish_reason: string;
  readonly body: unknown;
  readonly summed: unknown;
}

interface Call {
  readonly request: ModelRequest;
  readonly messages: ModelMessage[];
  readonly connection: Connection;
  readonly signal: AbortSignal;
}

async function ask({ request, messages, connection, signal }: Call): Promise<Spoken> {
  const { generateText, jsonSchema, Output } = await import('ai');
  // The SDK would print its warnings; only the command line prints.
  globalThis.AI_SDK_LOG_WARNINGS = false;
  const { temperature, max_tokens, output_schema } = request;
  const system = systemOf(request);
  const result = await generateText({
    model: connection.model,
    messages,
    providerOptions: connection.options,
    maxRetries: 0,
    abortSignal: signal,
    ...(system === undefined ? {} : { system }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(max_tokens === undefined ? {} : { maxOutputTokens: max_tokens }),
    // The schema is asked for, and the text comes back unread: an answer off schema is paid all the same.
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

/** Only Anthropic has to be told what to cache; the others do so by themselves or not at all. */
function systemOf({ system, cache_system }: ModelRequest): string | SystemModelMessage | undefined {
  if (system === undefined || cache_system !== true) return system;
  const providerOptions = { anthropic: { cacheControl: { type: 'ephemeral' } } };
  return { role: 'system', content: system, providerOptions };
}

async function question({ prompt, images }: ModelRequest, cwd: string): Promise<ModelMessage> {
  if (images === undefined || images.length === 0) return { role: 'user', content: prompt };
  const pictures = await Promise.all(images.map((image) => loadImage(image, cwd)));
  return {
    role: 'user',
    content: [
      { type: 'text', text: prompt },
      ...pictures.map((image) => ({ type: 'image' as const, image })),
    ],
  };
}

function answerOf(spoken: Spoken, name: ModelName, connection: Connection): ModelAnswer {
  const model = `${name.provider}/${name.name}`;
  const { response_model, ...bill } = connection.bill(spoken.body, spoken.summed);
  return {
    text: spoken.text,
    provider: name.provider,
    model,
    ...bill,
    ...(response_model === undefined || response_model === name.name ? {} : { response_model }),
    finish_reason: isNothing(spoken) ? 'error' : spoken.finish_reason,
  };
}

/** Neither a word nor a known reason to stop: the body was read, and there was no answer in it. */
function isNothing({ text, finish_reason }: Spoken): boolean {
  return text === '' && finish_reason === 'other';
}

function originOf(model: string, endpoint: Endpoint, connection: Connection): CallTarget {
  const { api_key, key_variables, base_url, base_url_from } = endpoint;
  return {
    model,
    key_variable: key_variables[0],
    base_url,
    base_url_from,
    secrets: api_key === undefined ? [] : [api_key],
    bill: connection.bill,
    now: Date.now(),
  };
}

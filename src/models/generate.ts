// Makes one call through the AI SDK. The first call loads it. The answer is read from the bodies that came.
import type * as SDK from 'ai';
import type { ModelMessage, SystemModelMessage } from 'ai';
import { present } from '../values/present.ts';
import type { Send } from '../net/message.ts';
import { isCutShort } from './answer/finish-reason.ts';
import type { AnswerReading } from './answer/answer-reading.ts';
import { downloadImage } from './download-image.ts';
import { markBigInts } from './big-int-marks.ts';
import { parseExactBody, type Exchange } from './exchange.ts';
import type { IgnoredParam, ModelRequest } from './model.ts';
import { ignoredParams } from './ignored-params.ts';
import type { StructuredMode } from './model-name.ts';
import type { Connection } from './providers/connection.ts';
import { systemTextOf } from './structured-mode.ts';

export interface Call {
  readonly request: ModelRequest;
  readonly messages: ModelMessage[];
  readonly connection: Connection;
  readonly structured: StructuredMode | undefined;
  readonly signal: AbortSignal;
  readonly send: Send;
}

/** The tool whose arguments are the answer. */
const ANSWER_TOOL = 'answer';

/** Sends the request. What the answer holds is in the exchange; returned are the params that were left out. */
export async function generate(call: Call): Promise<readonly IgnoredParam[]> {
  const { request, messages, connection, structured, signal, send } = call;
  const sdk = await import('ai');
  // The SDK would print its warnings; only the command line prints.
  globalThis.AI_SDK_LOG_WARNINGS = false;
  const { temperature, max_tokens } = request;
  const { warnings } = await sdk.generateText({
    model: structured === 'tool' ? withToolCall(sdk, connection.model) : connection.model,
    messages,
    providerOptions: connection.options,
    maxRetries: 0,
    abortSignal: signal,
    experimental_download: (files) =>
      Promise.all(
        files.map(async ({ url, isUrlSupportedByModel }) =>
          isUrlSupportedByModel ? null : downloadImage(url, send, signal),
        ),
      ),
    ...present({ system: buildSystemMessage(request, structured), temperature, maxOutputTokens: max_tokens }),
    ...answerForm(sdk, request, structured),
  });
  return ignoredParams(warnings, request);
}

/** Adds the requested call, without which the SDK rejects the stand-in for the answer. */
function withToolCall({ wrapLanguageModel }: typeof SDK, model: Connection['model']): Connection['model'] {
  return wrapLanguageModel({
    model,
    middleware: {
      specificationVersion: 'v3',
      async wrapGenerate({ doGenerate }) {
        const call = { type: 'tool-call' as const, toolCallId: 'read', toolName: ANSWER_TOOL, input: '{}' };
        return { ...(await doGenerate()), content: [call] };
      },
    },
  });
}

/** How the form of a structured answer is requested. The text comes back unparsed: an answer off schema is paid too. */
function answerForm(
  { jsonSchema, Output, tool }: typeof SDK,
  { output_schema }: ModelRequest,
  structured: StructuredMode | undefined,
): object {
  if (output_schema === undefined || structured === undefined || structured === 'none') return {};
  const schema = jsonSchema(markBigInts(output_schema) as Readonly<Record<string, unknown>>);
  if (structured === 'tool') {
    const answer = tool({ description: 'Gives the answer.', inputSchema: schema });
    return { tools: { [ANSWER_TOOL]: answer }, toolChoice: { type: 'tool', toolName: ANSWER_TOOL } };
  }
  const form = structured === 'json_object' ? Output.json() : Output.object({ schema });
  return {
    output: { ...form, parseCompleteOutput: ({ text }: { text: string }) => Promise.resolve(text) },
  };
}

/** Marks the text for caching by Anthropic. The other providers cache by themselves or not at all. */
function buildSystemMessage(
  request: ModelRequest,
  structured: StructuredMode | undefined,
): string | SystemModelMessage | undefined {
  const content = systemTextOf(request, structured);
  if (content === undefined || request.cache_system !== true) return content;
  const providerOptions = { anthropic: { cacheControl: { type: 'ephemeral' } } };
  return { role: 'system', content, providerOptions };
}

/** Undefined where the bodies hold no message of the API. */
export function readReceived(
  { received }: Exchange,
  { read, join }: Connection,
  structured: StructuredMode | undefined,
): AnswerReading | undefined {
  const exact = received.map(parseExactBody);
  const reading = read(join === undefined ? exact.at(-1) : join(exact));
  if (reading?.tool_arguments === undefined || structured === undefined) return reading;
  // Some models call the tool and write the answer as well; the arguments are what was requested.
  const { tool_arguments: text, finish_reason } = reading;
  return { text, finish_reason: isCutShort(finish_reason) ? finish_reason : 'stop' };
}

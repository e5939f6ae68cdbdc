// Defines the llm node, which makes one request to a model. It knows neither the provider nor the cost.
import * as z from 'zod';
import { PflowError } from '../errors.ts';
import { callInTime, MODEL_CALL_S } from '../flow/call-in-time.ts';
import { asNodeFailure } from '../flow/node-failure.ts';
import type { CallDetails, ModelAnswer, ModelRequest } from '../models/model.ts';
import { requireAnswer } from '../models/require-answer.ts';
import { modelHint } from '../models/suggest-model.ts';
import { findSchemaFault } from '../values/schema-fault.ts';
import { present } from '../values/present.ts';
import { defineNodeType } from './define-node-type.ts';
import type { RunContext } from './run-context.ts';
import { pathSchema } from './resolve-path.ts';
import { textOrJson, textOrValue } from './text-or-value.ts';

const params = z.strictObject({
  prompt: textOrValue.describe('The request; an object or a list becomes JSON'),
  model: z.string().min(1).optional().describe('As provider/name; without it the default model of the run'),
  system: textOrValue.optional().describe('Instructions before the prompt'),
  temperature: z.number().min(0).max(2).optional().describe('0 to 2; without it the default of the provider'),
  max_tokens: z.int().positive().optional().describe('Most tokens the answer may have'),
  images: z
    .union([pathSchema, z.array(pathSchema)])
    .optional()
    .describe('One image or a list: URLs, or paths that start at the folder of the run'),
  output_schema: z
    .record(z.string(), z.unknown())
    .superRefine((schema, context) => {
      const fault = findSchemaFault(schema);
      if (fault !== undefined)
        context.addIssue({ code: 'custom', path: [...fault.path], message: fault.message });
    })
    .optional()
    .describe('JSON Schema; the answer is then a value that fits it'),
  timeout_s: z
    .number()
    .positive()
    .optional()
    .describe('Seconds until the whole answer must be there; without it 600, or the limit of the node'),
  thinking: z.int().positive().optional().describe('Tokens for thinking, where the model can'),
  stream: z.boolean().optional().describe('Show the answer on a terminal as it comes'),
});

const usage = z.object({
  model: z.string(),
  input_tokens: z.int(),
  output_tokens: z.int(),
  total_tokens: z.int(),
  cache_creation_input_tokens: z.int(),
  cache_read_input_tokens: z.int(),
});

const outputs = z.object({
  response: z.unknown().describe('The answer: text as it came, or the checked value with output_schema'),
  llm_usage: z
    .union([usage, z.strictObject({})])
    .describe('Tokens of the call, cached input counted apart; {} when the provider reports no usage'),
});

type Params = z.output<typeof params>;
type Outputs = z.output<typeof outputs>;

export const llm = defineNodeType({
  type: 'llm',
  summary: 'Calls a language model.',
  params,
  outputs,
  jsonParams: ['prompt', 'system'],
  example: { model: 'anthropic/claude-sonnet-4-0', prompt: 'Summarise in two sentences:\n\n${read.content}' },
  effect: ({ images }) => (images === undefined ? 'none' : 'fetches'),
  retry: { max: 3, wait_s: 1 },
  async exec(given, context) {
    const { models, signal, node, item } = context;
    const { output_schema } = given;
    const read = output_schema === undefined ? readText : await createValueReader(output_schema);
    const request = toRequest(given, context);
    const details = present({ item, onText: given.stream === true ? textSink(context) : undefined });
    const seconds = given.timeout_s ?? context.timeout_s ?? MODEL_CALL_S;
    const answer = await callInTime((limited) => models.answer(request, limited, node, details), {
      signal,
      seconds,
      subject: request.model,
    }).catch((error: unknown) => {
      throw signal.aborted ? error : asNodeFailure(error);
    });
    const llm_usage = toUsageOutput(answer);
    try {
      return { response: read(answer), llm_usage };
    } catch (error) {
      throw asNodeFailure(error, { outputs: { response: answer.text, llm_usage } });
    }
  },
});

/** Shows the text where the run has a terminal. */
function textSink({ onModelText, node = '', item }: RunContext): NonNullable<CallDetails['onText']> {
  const place = present({ node, item });
  return (text, call = 0) => onModelText?.({ call, ...place, text });
}

function toRequest(given: Params, { defaultModel, env }: RunContext): ModelRequest {
  const {
    prompt,
    model = defaultModel,
    system,
    images,
    temperature,
    max_tokens,
    output_schema,
    thinking,
  } = given;
  if (model === undefined) {
    throw new PflowError('MODEL_UNKNOWN', 'the node names no model and there is no default', {
      hint: modelHint(env),
      path: 'params.model',
    });
  }
  return {
    model,
    prompt: textOrJson(prompt),
    ...present({
      system: system === undefined ? undefined : textOrJson(system),
      images: images === undefined ? undefined : [images].flat(),
      temperature,
      max_tokens,
      output_schema,
      thinking,
    }),
  };
}

type CountName = Exclude<keyof ModelAnswer['usage'], 'requests' | 'speed' | 'geo' | 'tier'>;

function toUsageOutput({ model, usage: reported }: ModelAnswer): Outputs['llm_usage'] {
  if (Object.keys(reported).length === 0) return {};
  const count = (key: CountName): number => reported[key] ?? 0;
  return {
    model,
    input_tokens: count('input_tokens'),
    output_tokens: count('output_tokens'),
    total_tokens: count('total_tokens'),
    cache_creation_input_tokens: count('cache_creation_input_tokens'),
    cache_read_input_tokens: count('cache_read_input_tokens'),
  };
}

/** Returns the text unchanged. A cut answer is not a failure; the client warns of it. */
function readText(answer: ModelAnswer): string {
  requireAnswer(answer);
  return answer.text;
}

/** Loads the schema compiler, which only nodes with a schema need. Throws for an unusable schema. */
async function createValueReader(
  output_schema: Record<string, unknown>,
): Promise<(answer: ModelAnswer) => unknown> {
  const { checkStructuredAnswer, requireSchema } = await import('../models/structured-answer.ts');
  requireSchema(output_schema);
  return (answer) => {
    requireAnswer(answer, { output_schema });
    return checkStructuredAnswer(answer.text, output_schema);
  };
}

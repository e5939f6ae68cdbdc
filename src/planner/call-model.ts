// Makes one call to the planner's model and reads the structured answer. The node retries transient failures; every
// hint is about the planner, not about a node of a workflow.
import * as z from 'zod';
import { callInTime, MODEL_CALL_S } from '../flow/call-in-time.ts';
import { asNodeFailure, NodeFailure } from '../flow/node-failure.ts';
import type { ModelAnswer, ModelRequest } from '../models/model.ts';
import { requireAnswer } from '../models/require-answer.ts';
import { checkStructuredAnswer } from '../models/structured-answer.ts';
import type { PlannerContext } from './planning-task.ts';
import { fillPrompt, type PromptName } from './fill-prompt.ts';

export interface PlannerCall<Answer extends z.ZodObject> {
  readonly model: string;
  readonly prompt: PromptName;
  /** By the names of the places in the Markdown. */
  readonly values: Readonly<Record<string, string>>;
  readonly answer: Answer;
}

const MAX_TOKENS = 8_192;

/** Replace the hints of an llm node, which would mislead here. */
const HINTS: Readonly<Record<string, string>> = {
  MODEL_RATE_LIMITED: 'Wait and run again, or plan with another model: --model NAME.',
  MODEL_OVERLOADED: 'This usually passes: run again later, or plan with another model: --model NAME.',
  MODEL_REQUEST_INVALID:
    "Check the planner's model: it must exist and give structured answers. --model names another one.",
  NODE_TIMEOUT: 'Run again, or plan with another model: --model NAME.',
  MODEL_REFUSED: 'Rephrase the request, or plan with another model: --model NAME.',
  MODEL_ANSWER_INVALID: 'Run again, make the request more precise, or plan with another model: --model NAME.',
};

export async function callModel<Answer extends z.ZodObject>(
  call: PlannerCall<Answer>,
  { models, signal, node }: PlannerContext,
): Promise<z.output<Answer>> {
  const schema = answerSchema(call.answer);
  const request = requestOf(call, schema);
  const answer = await callInTime((limited) => models.answer(request, limited, node), {
    signal,
    seconds: MODEL_CALL_S,
    subject: call.model,
  }).catch((error: unknown) => {
    throw signal.aborted ? error : withPlannerHint(error);
  });
  try {
    requireAnswer(answer, { output_schema: schema });
    return call.answer.parse(checkStructuredAnswer(answer.text, schema));
  } catch (error) {
    throw answer.finish_reason === 'length' ? truncatedAnswerError(answer, error) : withPlannerHint(error);
  }
}

/** The schema as it is sent, and as the prompt shows it. */
function answerSchema(answer: z.ZodObject): Record<string, unknown> {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(answer);
  return schema;
}

function requestOf(
  { model, prompt, values, answer: _answer }: PlannerCall<z.ZodObject>,
  output_schema: Record<string, unknown>,
): ModelRequest {
  const schema = JSON.stringify(output_schema);
  const words = fillPrompt(prompt, { ...values, schema });
  return { model, ...words, cache_system: true, temperature: 0, max_tokens: MAX_TOKENS, output_schema };
}

function withPlannerHint(error: unknown): unknown {
  const { code, hintsAtEndpoint } = error as { code?: unknown; hintsAtEndpoint?: unknown };
  const isAboutPlanner = typeof code === 'string' && hintsAtEndpoint !== true;
  return asNodeFailure(error, { hint: isAboutPlanner ? HINTS[code] : undefined });
}

/** Not retryable: the next answer would be truncated as well. */
function truncatedAnswerError({ model }: ModelAnswer, cause: unknown): NodeFailure {
  return new NodeFailure(`${model}: the answer was truncated`, {
    code: 'MODEL_ANSWER_INVALID',
    hint: 'Request less in one sentence, or plan with another model: --model NAME.',
    cause,
  });
}

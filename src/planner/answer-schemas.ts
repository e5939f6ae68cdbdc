// The answer of each planner node as a schema. It is sent with the request and shown in the prompt, so the
// descriptions are part of the prompt: a recorded answer is found by their exact words.
import * as z from 'zod';

const anything = z.record(z.string(), z.unknown());

export const discoveryAnswer = z.object({
  reasoning: z.string().describe('one or two sentences'),
  found: z.boolean(),
  workflow_name: z.string().nullable().describe('the name as it is listed; null when found is false'),
});

export const browsingAnswer = z.object({
  reasoning: z.string().describe('one or two sentences'),
  types: z.array(z.string()).describe('names as they are listed, at most 8'),
});

export const parametersAnswer = z.object({
  parameters: z.array(
    z.object({
      name: z.string().describe('snake_case, such as output_file'),
      value: z.string().describe('as written in the request'),
    }),
  ),
});

/** Loose on purpose: the validator finds what is wrong inside, and its problems go back to the model. */
export const generatedAnswer = z.looseObject({
  inputs: anything.optional().describe('by name: {type, description, required?, default?, stdin?, secret?}'),
  nodes: z.array(
    z.looseObject({
      id: z.string(),
      type: z.string(),
      purpose: z.string().optional().describe('one sentence'),
      params: anything.optional(),
    }),
  ),
  edges: z
    .array(z.looseObject({ from: z.string(), to: z.string(), action: z.string().optional() }))
    .optional()
    .describe('left out where nodes run one after the other'),
  outputs: anything.optional().describe('by name: {source: a template, description?}'),
});

export const mappingAnswer = z.object({
  values: z
    .array(
      z.object({
        name: z.string(),
        value: z.string().describe('as text; a list or an object as JSON'),
      }),
    )
    .describe('only inputs whose value is in the request'),
});

export const metadataAnswer = z.object({
  name: z.string().describe('kebab-case, two to five words'),
  description: z.string().describe('what it does and for whom, one to three sentences'),
  keywords: z.array(z.string()).describe('search terms, two to ten'),
});

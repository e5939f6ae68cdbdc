// The schema of a planner benchmark case: the sentence, the expected plan, the small world in which it runs, and the
// expected result.
import * as z from 'zod';

const strings = z.array(z.string());
const ir = z.record(z.string(), z.unknown()).describe('a workflow as it may stand in a file');
const texts = z.record(z.string(), z.string());

const structureSchema = z.strictObject({
  nodes: strings.describe('types in document order'),
  edges: strings.describe('`type > type`, and `: action` where that is not default'),
  inputs: strings.describe('names'),
  outputs: strings.describe('names'),
});

const http = z.strictObject({
  method: z.string().default('GET'),
  url: z.url().describe('without query; nothing leaves the machine'),
  status: z.int().default(200),
  body: z.unknown().describe('JSON, or text where it is a string'),
  times: z.int().positive().optional().describe('how often; absent: always. The first that fits answers'),
  needs: texts.optional().describe('headers without which the answer is 401'),
});

const answer = z.strictObject({
  when: z.string().optional().describe('a part of the prompt; absent: every prompt'),
  model: z.string().optional().describe('the model that is called'),
  text: z.string(),
});

const world = z.strictObject({
  files: texts.default({}).describe('by path, in the folder of the run'),
  git: z
    .record(z.string(), strings)
    .default({})
    .describe('repositories: subjects of their commits, oldest first'),
  http: z.array(http).default([]),
  answers: z.array(answer).default([]).describe('what models answer to the nodes of the workflow'),
  env: texts.default({}),
});

const request = z.strictObject({ method: z.string(), url: z.string(), body: z.unknown() });

export const caseSchema = z.strictObject({
  about: z.string().describe('what this sentence tries'),
  sentence: z.string(),
  given: texts.default({}).describe('key=value of the command line'),
  stdin: z.string().optional(),
  saved: z.record(z.string(), ir).default({}).describe('saved workflows by name'),
  expected: z.strictObject({
    outcome: z
      .enum(['generated', 'reused', 'missing'])
      .describe('missing: the plan lists inputs without a value'),
    workflow: ir,
    structure: structureSchema,
    inputs: z.record(z.string(), z.unknown()).describe('values with which it runs; of the missing ones none'),
  }),
  world: world.default({ files: {}, git: {}, http: [], answers: [], env: {} }),
  result: z
    .strictObject({
      outputs: z.array(z.unknown()).describe('values of the outputs, whatever their names'),
      files: z
        .record(z.string(), z.string().nullable())
        .default({})
        .describe('written or changed; null: gone'),
      requests: z.array(request).default([]).describe('what was sent with another method than GET'),
    })
    .optional()
    .describe('absent where nothing must run'),
});

export type PlannerCase = z.output<typeof caseSchema>;
export type World = PlannerCase['world'];
export type Structure = z.output<typeof structureSchema>;

export interface NamedCase extends PlannerCase {
  /** Name of its file, such as `04-api-to-report`. */
  readonly name: string;
}

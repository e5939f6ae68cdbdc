// Defines the workflow node, which runs another workflow. The run decides how: it hands over a runner in the context.
import * as z from 'zod';
import { PflowError } from '../errors.ts';
import { defineNodeType } from './define-node-type.ts';

const params = z
  .strictObject({
    workflow: z
      .string()
      .min(1)
      .optional()
      .describe('Path relative to the file of this workflow, or the name of a saved workflow'),
    ir: z
      .record(z.string(), z.unknown())
      .optional()
      .describe('The nested workflow itself, instead of a path; its templates are its own'),
    inputs: z
      .record(z.string(), z.unknown())
      .default({})
      .describe('Values of its inputs by name; the nested workflow sees nothing else'),
  })
  .refine(({ workflow, ir }) => (workflow === undefined) !== (ir === undefined), {
    message: 'a workflow node has either "workflow" or "ir"',
  })
  .meta({ oneOf: [{ required: ['workflow'] }, { required: ['ir'] }] });

export const workflow = defineNodeType({
  type: 'workflow',
  summary: 'Runs another workflow and writes its declared outputs.',
  params,
  outputs: z.looseObject({}),
  literal: ['ir'],
  example: { workflow: './summarise.json', inputs: { text: '${read.content}' } },
  exec(call, context) {
    const { nested } = context;
    if (nested !== undefined) return nested.run(call, context);
    throw new PflowError('WORKFLOW_INVALID', 'the nested workflow was not read before the run', {
      hint: 'Run the workflow with runFile, which reads nested workflows.',
    });
  },
});

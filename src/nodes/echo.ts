// Defines the echo node, which returns its params. It serves to try out templates, edges and wrappers.
import * as z from 'zod';
import { defineNodeType } from './define-node-type.ts';
import { textOrJson, textOrValue } from './text-or-value.ts';

const params = z.strictObject({
  message: textOrValue.optional().describe('Text; any other value becomes JSON text'),
  data: z.unknown().optional().describe('Any value, returned unchanged'),
});

const outputs = z.object({
  echo: z.string().describe('The message; empty when no message was given'),
  data: z.unknown().describe('The data; null when no data was given'),
});

export const echo = defineNodeType({
  type: 'echo',
  summary: 'Returns a message and a value.',
  params,
  outputs,
  jsonParams: ['message'],
  mainOutput: 'echo',
  example: { message: 'Hello ${name}', data: '${fetch.response.items}' },
  effect: 'none',
  exec: ({ message = '', data = null }) => ({ echo: textOrJson(message), data }),
});

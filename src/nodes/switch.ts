// Defines the switch node, which chooses the next edge by a value.
import * as z from 'zod';
import { NodeFailure } from '../flow/node-failure.ts';
import { defineNodeType } from './define-node-type.ts';
import { exactNumber } from './exact-number.ts';
import { next } from './next-action.ts';
import { textOrJson } from './text-or-value.ts';

const action = z.string().min(1);

const params = z.strictObject({
  value: z
    .union([z.string(), exactNumber, z.boolean(), z.null()])
    .describe('Compared as text; numbers, true, false and null as in JSON'),
  cases: z
    .record(z.string(), action)
    .refine((cases) => Object.keys(cases).length > 0, { message: 'has no case' })
    .meta({ minProperties: 1 })
    .describe('Maps each text to the action to return, which is the "action" of an edge'),
  default: action.optional().describe('The action for any other value; without it such a value is a failure'),
});

const outputs = z.object({
  value: z.string().describe('The value as text'),
  case: z.string().nullable().describe('The case that it equals; null for the default'),
  action: z.string().describe('The action that was returned'),
});

const LONGEST_VALUE = 80;

export const switchType = defineNodeType({
  type: 'switch',
  summary: 'Chooses the next node: returns an action by a value.',
  params,
  outputs,
  mainOutput: 'action',
  literal: ['cases', 'default'],
  example: { value: '${classify.response}', cases: { yes: 'deploy', no: 'stop' }, default: 'review' },
  effect: 'none',
  actions: ({ cases, default: other }) => {
    const named = Object.values((cases ?? {}) as Readonly<Record<string, unknown>>);
    return [...named, other].filter((one) => typeof one === 'string');
  },
  exec({ value, cases, default: other }) {
    const text = textOrJson(value);
    const found = Object.hasOwn(cases, text) ? cases[text] : undefined;
    const chosen = found ?? other;
    if (chosen === undefined) {
      const shown = text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
      throw new NodeFailure(`no case for ${JSON.stringify(shown)}`, {
        hint: 'Add the case, or a "default".',
        details: [`cases: ${Object.keys(cases).join(', ')}`],
        outputs: { value: text },
      });
    }
    return next(chosen, { value: text, case: found === undefined ? null : text, action: chosen });
  },
});

// Scripted answers of the recorded benchmark: the best answer to every request, except where a file in `flaws/`
// replaces it. Written by hand to test the planner and the scoring; no measure of a real model.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { inTurn, plannerRules, type PlannerAnswers } from '../../test/support/planner-script.ts';
import type { Rule } from '../../test/support/provider/script.ts';
import type { NamedCase } from './case-schema.ts';
import { PLANNER_BENCH } from './read-cases.ts';

const values = z.record(z.string(), z.string());

const flawSchema = z.strictObject({
  about: z.string().describe('what this model does wrong here'),
  discovery: z.string().optional().describe('the saved workflow that it takes'),
  rounds: z
    .array(z.record(z.string(), z.unknown()))
    .optional()
    .describe('workflows, one for each round; the last for ever'),
  mapping: values.optional().describe('values of inputs'),
});

type Flaw = z.output<typeof flawSchema>;

export function scriptedRules(one: NamedCase): Rule[] {
  return plannerRules(answersOf(one, flawOf(one.name)));
}

function flawOf(name: string): Flaw | undefined {
  const path = join(PLANNER_BENCH, 'flaws', `${name}.json`);
  return existsSync(path) ? flawSchema.parse(JSON.parse(readFileSync(path, 'utf8'))) : undefined;
}

function answersOf(one: NamedCase, flaw: Flaw | undefined): PlannerAnswers {
  const { expected, sentence } = one;
  const rounds = flaw?.rounds ?? [expected.workflow];
  const nodes = (rounds.at(-1)?.['nodes'] ?? []) as readonly { readonly type: string }[];
  const found = flaw?.discovery ?? (expected.outcome === 'reused' ? savedName(one) : undefined);
  return {
    discovery: { reasoning: 'By what it does.', found: found !== undefined, workflow_name: found ?? null },
    browsing: { reasoning: 'What the request needs.', types: [...new Set(nodes.map(({ type }) => type))] },
    parameters: { parameters: entries(valuesInSentence(one)) },
    generator: inTurn(...rounds),
    mapping: { values: entries(flaw?.mapping ?? valuesInSentence(one)) },
    metadata: {
      name: one.name.replace(/^\d+-/u, ''),
      description: sentence,
      keywords: one.name.split('-').slice(1),
    },
  };
}

function savedName({ saved, expected }: NamedCase): string | undefined {
  const expectedText = JSON.stringify(expected.workflow);
  return Object.keys(saved).find((name) => JSON.stringify(saved[name]) === expectedText);
}

/** Those that neither the command line nor a pipe, the environment or a default gives. */
function valuesInSentence({ expected, given, stdin, world }: NamedCase): Readonly<Record<string, string>> {
  const inputs = (expected.workflow['inputs'] ?? {}) as Readonly<
    Record<string, { readonly default?: unknown; readonly stdin?: boolean }>
  >;
  const stated = Object.entries(expected.inputs).filter(([name, value]) => {
    const { default: usual, stdin: piped } = inputs[name] ?? {};
    return !(
      name in given ||
      name in world.env ||
      value === usual ||
      (piped === true && stdin !== undefined)
    );
  });
  return Object.fromEntries(
    stated.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}

function entries(
  texts: Readonly<Record<string, string>>,
): { readonly name: string; readonly value: string }[] {
  return Object.entries(texts).map(([name, value]) => ({ name, value }));
}

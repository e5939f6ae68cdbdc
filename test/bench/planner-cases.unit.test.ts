// Invariant: every sentence of the planner benchmark has an expected workflow that the planner could have made, that
// gets the values it should, and that does in its world what is expected of it.
import { describe, expect, test } from 'vitest';
import { carryOut } from '../../bench/planner/carry-out.ts';
import type { NamedCase } from '../../bench/planner/case-schema.ts';
import { registry } from '../../bench/planner/bench-home.ts';
import { readCases } from '../../bench/planner/read-cases.ts';
import { structureOf } from '../../bench/planner/score.ts';
import type { PflowError } from '../../src/errors.ts';
import { NODE_TYPE_NAMES } from '../../src/nodes/registry.ts';
import { plannerProblems } from '../../src/planner/planner-problems.ts';
import { prepareInputs } from '../../src/workflow/prepare-inputs.ts';
import type { Workflow } from '../../src/workflow/schema.ts';
import { findTemplateUses } from '../../src/workflow/template-uses.ts';
import { assertValid, validateWorkflow } from '../../src/workflow/validate.ts';

const CASES = readCases();

function workflowOf({ expected }: NamedCase): Workflow {
  return assertValid(expected.workflow, { registry });
}

/** Values as the planner prepares them: from the sentence, given, piped in, from the environment, defaults. */
function valuesOf(one: NamedCase): Readonly<Record<string, unknown>> {
  const { expected, given, stdin, world } = one;
  const inputs = workflowOf(one).inputs ?? {};
  const stated = Object.entries(expected.inputs).filter(
    ([name, value]) =>
      value !== inputs[name]?.default && inputs[name]?.stdin !== true && !(name in world.env),
  );
  const all: Record<string, string> = { ...given };
  for (const [name, value] of stated) all[name] ??= typeof value === 'string' ? value : JSON.stringify(value);
  return prepareInputs({ inputs }, { given: all, stdin, env: world.env }).values;
}

test('there are 34, and they use every type of node, batches, loops and a tool', () => {
  expect(CASES.map(({ name }) => name.slice(0, 3))).toEqual(
    Array.from({ length: 34 }, (_, index) => `${String(index + 1).padStart(2, '0')}-`),
  );
  expect(new Set(CASES.map(({ sentence }) => sentence)).size).toBe(34);
  const types = new Set(CASES.flatMap(({ expected }) => expected.structure.nodes));
  expect([...types].sort()).toEqual([...NODE_TYPE_NAMES, 'mcp-board-echo'].sort());
  const nodes = CASES.flatMap((one) => workflowOf(one).nodes);
  expect(nodes.filter(({ batch }) => batch !== undefined).length).toBeGreaterThanOrEqual(4);
  expect(nodes.filter(({ loop }) => loop !== undefined).length).toBeGreaterThanOrEqual(2);
});

describe.each(CASES.map((one) => [one.name, one] as const))('%s', (_name, one) => {
  test('becomes a workflow without a problem, of the structure that is noted', () => {
    expect(validateWorkflow(one.expected.workflow, { registry })).toEqual([]);
    expect(plannerProblems(one.expected.workflow, one)).toEqual([]);
    for (const ir of Object.values(one.saved)) expect(validateWorkflow(ir, { registry })).toEqual([]);
    expect(structureOf(workflowOf(one))).toEqual(one.expected.structure);
  });

  test('fixes the values that are noted, and templates read those inputs and earlier nodes only', () => {
    const workflow = workflowOf(one);
    const names = Object.keys(workflow.inputs ?? {});
    if (one.expected.outcome === 'missing') {
      expect(() => valuesOf(one)).toThrow(expect.objectContaining({ code: 'INPUT_MISSING' }) as PflowError);
      expect(one.expected.inputs).toEqual({});
    } else expect(valuesOf(one)).toEqual(one.expected.inputs);
    const used = new Set(
      findTemplateUses(workflow, registry).flatMap(({ references }) => references.map(({ name }) => name)),
    );
    expect(names.filter((name) => !used.has(name))).toEqual([]);
    const items = workflow.nodes.flatMap(({ batch }) => batch?.as ?? []);
    const known = [...names, ...items, ...workflow.nodes.map(({ id }) => id)];
    expect([...used].filter((name) => !known.includes(name))).toEqual([]);
  });
});

const RUNNING = CASES.filter(({ result }) => result !== undefined);

test.each(RUNNING.map((one) => [one.name, one] as const))(
  '%s does in its world what is expected',
  async (_name, one) => {
    const { workflow: ir } = one.expected;
    const inputs = { values: one.expected.inputs, origins: {}, secrets: [] };
    expect(await carryOut(one, { workflow: workflowOf(one), ir, inputs, registry })).toEqual([]);
  },
);

test('only where something is missing nothing runs', () => {
  const still = CASES.filter(({ result }) => result === undefined);
  expect(still.map(({ expected }) => expected.outcome)).toEqual(still.map(() => 'missing'));
});

// Invariant: a workflow that is not the expected one scores lower, and one that differs in names only does not.
import { describe, expect, test } from 'vitest';
import { carryOut } from '../../bench/planner/carry-out.ts';
import type { NamedCase } from '../../bench/planner/case-schema.ts';
import { scoreCase } from '../../bench/planner/score-case.ts';
import { registry } from '../../bench/planner/bench-home.ts';
import { readCases } from '../../bench/planner/read-cases.ts';
import { scoreStructure, type Planned, type StructureScore } from '../../bench/planner/score.ts';
import { totalsOf } from '../../bench/planner/totals.ts';
import { loadPricing } from '../../src/home/prices/pricing.ts';
import type { Workflow } from '../../src/workflow/schema.ts';
import { assertValid } from '../../src/workflow/validate.ts';

const CASES = readCases();

function caseOf(part: string): NamedCase {
  return CASES.find(({ name }) => name.includes(part))!;
}

function expectedOf({ expected }: NamedCase): {
  readonly workflow: Workflow;
  readonly values: Record<string, unknown>;
} {
  return { workflow: assertValid(expected.workflow, { registry }), values: expected.inputs };
}

function score(
  part: string,
  change: (planned: { workflow: Workflow; values: Record<string, unknown> }) => Planned,
): StructureScore {
  const expected = expectedOf(caseOf(part));
  return scoreStructure(change(structuredClone(expected)), expected);
}

const shares = ({ right, planned, expected }: StructureScore): readonly [number, number] => [
  right / planned,
  right / expected,
];

describe('the structure', () => {
  test.each(CASES.map((one) => [one.name, one] as const))(
    '%s: the expected workflow is all right',
    (_name, one) => {
      const expected = expectedOf(one);
      const { right, planned, expected: total } = scoreStructure(expected, expected);
      expect([right, planned]).toEqual([total, total]);
    },
  );

  test('ids and names are free', () => {
    const renamed = score('release-notes', ({ workflow, values }) => {
      const text = JSON.stringify({ workflow, values });
      const others = text
        .replaceAll('repository"', 'where"')
        .replaceAll('"log"', '"one"')
        .replaceAll('"notes"', '"two"');
      return JSON.parse(others) as Planned;
    });
    expect(shares(renamed)).toEqual([1, 1]);
  });

  test('a node that is missing takes from what was found, one too many from what is right', () => {
    const missing = score('clean-csv', ({ workflow, values }) => ({
      workflow: { ...workflow, nodes: workflow.nodes.slice(0, 2) },
      values,
    }));
    expect(missing).toEqual({ right: 6, planned: 6, expected: 8 });
    const more = score('clean-csv', ({ workflow, values }) => {
      const extra = { id: 'more', type: 'shell', params: { command: 'true' } };
      return { workflow: { ...workflow, nodes: [...workflow.nodes, extra] }, values };
    });
    expect(more).toEqual({ right: 8, planned: 10, expected: 8 });
  });

  test.each<[string, string, (planned: { workflow: Workflow; values: Record<string, unknown> }) => Planned]>([
    [
      'nodes in another order',
      'backup',
      ({ workflow, values }) => ({ workflow: { ...workflow, nodes: workflow.nodes.toReversed() }, values }),
    ],
    [
      'an edge of another action',
      'fall-back',
      ({ workflow, values }) => ({
        workflow: { ...workflow, edges: workflow.edges!.map((edge) => ({ ...edge, action: 'default' })) },
        values,
      }),
    ],
    [
      'another value',
      'summarise-file',
      ({ workflow, values }) => ({ workflow, values: { ...values, sentences: 4 } }),
    ],
    [
      'a value of another type',
      'summarise-file',
      ({ workflow, values }) => ({ workflow, values: { ...values, sentences: '3' } }),
    ],
    [
      'a value that was guessed',
      'ambiguous',
      ({ workflow }) => ({ workflow, values: { language: 'English' } }),
    ],
    [
      'an output less',
      'two-outputs',
      ({ workflow: { outputs: _outputs, ...workflow }, values }) => ({ workflow, values }),
    ],
    [
      'another type of node',
      'check-url',
      ({ workflow, values }) => ({
        workflow: { ...workflow, nodes: [{ id: 'a', type: 'shell', params: {} }] },
        values,
      }),
    ],
  ])('%s: lower', (_what, part, change) => {
    const [precision, recall] = shares(score(part, change));
    expect(Math.min(precision, recall)).toBeLessThan(1);
  });

  test('nothing that was planned finds nothing', () => {
    expect(scoreStructure(undefined, expectedOf(caseOf('clean-csv')))).toEqual({
      right: 0,
      planned: 0,
      expected: 8,
    });
  });
});

describe('carrying out', () => {
  const run = (part: string, from: string, to: string): Promise<readonly string[]> => {
    const one = caseOf(part);
    const ir = JSON.parse(JSON.stringify(one.expected.workflow).replaceAll(from, to)) as Record<
      string,
      unknown
    >;
    return carryOut(one, {
      workflow: assertValid(ir, { registry }),
      ir,
      inputs: { values: one.expected.inputs, origins: {}, secrets: [] },
      registry,
    });
  };

  test.each([
    ['another output', 'count-then-delete', '.length', '.length + 1', /^outputs are \[3\] and not \[2\]$/u],
    ['another text in a file', 'clean-csv', "+ '\\\\n'", "+ ''", /^outputs are /u],
    ['a file that stays', 'rename-file', 'move-file', 'copy-file', /^files are /u],
    ['a file too many', 'rename-file', '${new_name}', 'x-${new_name}', /^outputs are /u],
    ['another body', 'post-message', '"text":', '"message":', /^requests are /u],
    [
      'no token',
      'secret-token',
      '"auth_token":"${GIT_TOKEN}"',
      '"headers":{"x":"${GIT_TOKEN}"}',
      /^it failed: .*401/u,
    ],
    ['too few attempts', 'retry', '"max":5', '"max":2', /^it failed: .*503/u],
    ['another question', 'release-notes', '--format=%s', '--format=%h', /^outputs are /u],
  ])('%s is seen', async (_what, part, from, to, difference) => {
    const [first = ''] = await run(part, from, to);
    expect(first).toMatch(difference);
  });

  test('nothing reaches the network, whatever was planned', async () => {
    expect((await run('check-url', '${url}', 'https://example.org/${url}'))[0]).toContain(
      'there is no GET https://example.org/',
    );
  });
});

test('the sum of what failed is in the price of what succeeded', async () => {
  const pricing = loadPricing();
  const failed = await scoreCase(
    caseOf('check-url'),
    { plan: undefined, events: [] },
    { pricing, execute: true },
  );
  expect(failed).toMatchObject({ outcome: false, valid: false, executes: null, success: false, cost: '0' });
  expect(failed.reasons).toEqual(['broken off and not generated']);
  const paid = [
    { ...failed, cost: '0.3' },
    { ...failed, cost: '0.1', success: true, outcome: true },
  ];
  expect(totalsOf(paid)).toMatchObject({ successes: 1, cost: '0.4', cost_per_success: '0.400000' });
  expect(totalsOf([failed]).cost_per_success).toBeNull();
});

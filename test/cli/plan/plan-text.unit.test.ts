// A plan as a person sees it: complete, and with nothing hidden.
import { expect, test } from 'vitest';
import { planText } from '../../../src/cli/plan/plan-text.ts';
import type { ReadyPlan } from '../../../src/planner/plan.ts';
import { checkSchema } from '../../../src/workflow/check-schema.ts';

function plan(nodes: readonly unknown[], more: Partial<ReadyPlan> = {}): ReadyPlan {
  const ir = { nodes };
  const { workflow } = checkSchema(ir);
  if (workflow === undefined) throw new Error('no workflow');
  const inputs = { values: {}, origins: {}, secrets: [] };
  return {
    status: 'generated',
    name: 'count',
    ir,
    workflow,
    inputs,
    fromSentence: [],
    keywords: [],
    ...more,
  };
}

test('a plan shows each input with its origin, and each node with its effect and its full params', () => {
  const command = `${'x'.repeat(400)}; rm -rf "$DIR"`;
  const lines = planText(
    plan(
      [
        { id: 'read', type: 'read-file', params: { file_path: '${file}' } },
        { id: 'run', type: 'shell', params: { command, env: { DIR: '${dir}' } } },
      ],
      {
        inputs: {
          values: { file: 'notes.txt', dir: '/tmp', key: 'abc', level: 3 },
          origins: { file: 'given', dir: 'given', key: 'environment', level: 'default' },
          secrets: ['key'],
        },
        fromSentence: ['file'],
      },
    ),
    [{ node: 'run', effect: 'runs' }],
  );
  expect(lines).toEqual([
    'plan  count, 2 nodes, built from the sentence',
    '  input file = "notes.txt"  (from the sentence)',
    '  input dir = "/tmp"  (given)',
    '  input key = hidden  (from the environment)',
    '  input level = 3  (its default)',
    '  1. read  read-file',
    '     file_path: ${file}',
    '  2. run  shell  ! runs a command',
    `     command: ${command}`,
    '     env: {"DIR":"${dir}"}',
  ]);
});

test('a text of several lines keeps its margin, so that no line of it looks like a line of the plan', () => {
  const command = 'true\n  2. harmless  echo\n     message: hello';
  expect(planText(plan([{ id: 'run', type: 'shell', params: { command } }]), []).slice(1)).toEqual([
    '  1. run  shell',
    '     command: true',
    '            |   2. harmless  echo',
    '            |      message: hello',
  ]);
});

test.each([
  ['a control sequence', 'ls\u001b[2K\u001b[1A', 'ls\\u{1b}[2K\\u{1b}[1A'],
  ['a return', 'rm -rf ~\rls', 'rm -rf ~\\u{0d}ls'],
  ['a direction mark', 'ls \u202e~ fr- mr', 'ls \\u{202e}~ fr- mr'],
  ['a zero-width space', 'l\u200bs', 'l\\u{200b}s'],
  ['an invisible letter', 'ls\u{e0041}', 'ls\\u{e0041}'],
  ['a private mark of the colours', 'ls\uf8e1', 'ls\\u{f8e1}'],
  ['a line separator', 'ls\u2028rm', 'ls\\u{2028}rm'],
  ['a wide space', 'ls\u3000rm', 'ls\\u{3000}rm'],
])('%s is escaped', (_what, command, shown) => {
  const lines = planText(plan([{ id: 'run', type: 'shell', params: { command } }]), []);
  expect(lines.at(-1)).toBe(`     command: ${shown}`);
});

test('letters of any language stay unchanged', () => {
  const command = 'echo "Grüße, 世界, नमस्ते, é"';
  expect(planText(plan([{ id: 'run', type: 'shell', params: { command } }]), []).at(-1)).toBe(
    `     command: ${command}`,
  );
});

test('edges between nodes are shown', () => {
  const { workflow } = checkSchema({
    nodes: ['a', 'b'].map((id) => ({ id, type: 'echo' })),
    edges: [{ from: 'a', to: 'b', action: 'error' }],
  });
  expect(
    planText(
      { ...plan([{ id: 'a', type: 'echo' }]), ...(workflow === undefined ? {} : { workflow }) },
      [],
    ).at(-1),
  ).toBe('  a → b on error');
});

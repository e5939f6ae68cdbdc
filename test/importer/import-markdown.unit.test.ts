// Problems of a Markdown workflow are reported at once, each with its line.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PflowError } from '../../src/errors.ts';
import { importMarkdown } from '../../src/importer/import-markdown.ts';

const STEP = ['## Steps', '### one', 'A step.', '- type: echo'];

function problemsOf(lines: readonly string[]): readonly string[] {
  try {
    importMarkdown(lines.join('\n'), 'w.pflow.md');
    return [];
  } catch (error) {
    if (error instanceof PflowError && error.code === 'WORKFLOW_INVALID') return error.details;
    throw error;
  }
}

describe('a problem has its line', () => {
  test.each<readonly [string, readonly string[], readonly string[]]>([
    ['no steps', ['# X', '## Inputs'], ['line 1: there is no section "## Steps"']],
    ['an empty section', ['# X', '## Steps'], ['line 2: there is no step (### id)']],
    [
      'a misspelt section',
      ['## Step', ...STEP],
      ['line 1: there is no section "Step"; did you mean "Steps"?'],
    ],
    ['a second section', [...STEP, '## Steps'], ['line 5: a second section Steps; the first is in line 1']],
    ['a second title', ['# A', '# B', ...STEP], ['line 2: a second title; "A" is the first']],
    ['no type', STEP.slice(0, 3), ['line 2: step one needs a type: - type: shell']],
    [
      'no paragraph',
      ['## Steps', '### one', '- type: echo'],
      ['line 2: one has no paragraph that describes it'],
    ],
    [
      'an id that is none',
      [...STEP, '### Two', 'Text.', '- type: echo'],
      ['line 5: "Two" is not an id: a small letter, then small letters, digits, _ and -'],
    ],
    [
      'an id of two sections',
      ['## Inputs', '### one', 'An input.', '- type: str', ...STEP],
      ['line 6: the id one is already in line 2'],
    ],
    [
      'a param given twice',
      [...STEP, '- message: a', '```text message', 'b', '```'],
      ['line 6: "message" of one is given twice, first in line 5'],
    ],
    [
      'a fence without a tag',
      [...STEP, '```', 'b', '```'],
      ['line 5: the fence has no tag: write the param after it, such as ```shell command'],
    ],
    ['an open fence', [...STEP, '```text message', 'b'], ['line 5: the fence that opens here is not closed']],
    [
      'a fence with three words',
      [...STEP, '```text of message', '```'],
      ['line 5: "text of message" is not "<language> <param>", such as "shell command"'],
    ],
    [
      'YAML that is none',
      [...STEP, '- data:', '    a: [1'],
      [expect.stringMatching(/^line [56]: is not YAML: /u)],
    ],
    [
      'YAML in a block that is none',
      [...STEP, '```yaml data', 'a: 1', 'a: 2', '```'],
      ['line 7: is not YAML: map keys must be unique'],
    ],
    [
      'an item without a key',
      [...STEP, '- just text'],
      ['line 5: an item of one is not of the form "- key: value"'],
    ],
    ['an unknown target', [...STEP, '- next: oen'], ['line 5: there is no step "oen"; did you mean "one"?']],
    [
      'a target that is not text',
      [...STEP, '- on-error: 5'],
      ['line 5: "on-error" of one is the id of a step, or end'],
    ],
    [
      'a retry of another form',
      [...STEP, '- retry: {times: 3}'],
      ['line 5: "retry" of one is a number of attempts, or {max: 3, wait_s: 1}, and has no key "times"'],
    ],
    [
      'an unknown key of an input',
      ['## Inputs', '### a', 'An input.', '- defualt: 3', ...STEP],
      ['line 4: a has no key "defualt"; did you mean "default"?'],
    ],
    [
      'front matter without an end',
      ['---', 'a: 1', ...STEP],
      ['line 1: the front matter that begins here has no end: a line ---'],
    ],
  ])('%s', (_what, lines, problems) => {
    expect(problemsOf(lines)).toEqual(problems);
  });

  test('all of them are reported, in the order of the lines', () => {
    const problems = problemsOf(['## Steps', '### one', '```', '```', '### A', '- x']);
    expect(problems.map((text) => text.split(':')[0])).toEqual([
      ...['line 2', 'line 2', 'line 3', 'line 5', 'line 5', 'line 5', 'line 6'],
    ]);
  });
});

test('any text is a workflow or an error with lines', () => {
  const piece = fc.constantFrom(
    ...[
      '# T',
      '## Steps',
      '## Inputs',
      '### a',
      '- type: echo',
      '- x: [',
      '```yaml b',
      '```',
      '---',
      '  y: 1',
      'p',
      '',
    ],
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 14 }), (lines) => {
      expect(problemsOf(lines).every((text) => /^line \d+: \S/u.test(text))).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('the body of a block is kept whatever is in it', () => {
  const line = fc.string().filter((text) => !/[\r\n]/u.test(text) && !/^\s*````+\s*$/u.test(text));
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 6 }), (body) => {
      const { ir } = importMarkdown([...STEP, '````text message', ...body, '````'].join('\n'), 'w');
      expect(ir).toMatchObject({ nodes: [{ params: { message: body.join('\n') } }] });
    }),
    { numRuns: 200 },
  );
});

describe('a value of several lines', () => {
  const paramsOf = (lines: readonly string[]): unknown => {
    const { ir } = importMarkdown([...STEP, ...lines].join('\n'), 'w');
    return (ir['nodes'] as readonly { readonly params: unknown }[])[0]?.params;
  };

  test('keeps its blank lines, however many follow each other', () => {
    const lines = ['- message: |', '    first', '', '', '    second', '- count: 2'];
    expect(paramsOf(lines)).toEqual({ message: 'first\n\n\nsecond\n', count: 2 });
  });

  test('keeps fences that are indented like it', () => {
    const lines = [
      '- data:',
      '    text: |',
      '      See:',
      '      ```js',
      '      a();',
      '      ```',
      '      End.',
    ];
    expect(paramsOf(lines)).toEqual({ data: { text: 'See:\n```js\na();\n```\nEnd.\n' } });
  });

  test('keeps fences that are indented further', () => {
    const lines = ['- message: |', '    - one:', '      ~~~', '      a', '      ~~~'];
    expect(paramsOf(lines)).toEqual({ message: '- one:\n  ~~~\n  a\n  ~~~\n' });
  });

  test('ends before a fence that is not part of it', () => {
    const lines = ['- count: 2', '  ```text message', '  a', '  ```'];
    expect(paramsOf(lines)).toEqual({ count: 2, message: 'a' });
  });

  test('ends at a paragraph, which an indented line continues', () => {
    const lines = ['- count: 2', 'More', '  text.'];
    const { ir } = importMarkdown([...STEP, ...lines].join('\n'), 'w');
    expect(ir).toMatchObject({ nodes: [{ purpose: 'A step. More text.', params: { count: 2 } }] });
  });
});

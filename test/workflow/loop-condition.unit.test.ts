// The condition of a loop is a template alone: nothing compares.
import { expect, test } from 'vitest';
import { validateWorkflow } from '../../src/workflow/validate.ts';
import { registry } from './node-types.ts';

function problemsOf(loop: object): readonly (string | undefined)[] {
  const nodes = [{ id: 'a', type: 'print', params: { message: 'x' }, loop }];
  return validateWorkflow({ nodes }, { registry }).flatMap(({ path, message, suggestion }) => [
    `${path}: ${message}`,
    suggestion,
  ]);
}

test.each([
  ['until', "${a.text} == 'yes'"],
  ['while', '!${a.text}'],
  ['until', '${a.text} ?? false'],
])('words around the template of "%s" are refused: %s', (key, condition) => {
  expect(problemsOf({ [key]: condition })).toEqual([
    `nodes[0].loop.${key}: ${JSON.stringify(condition)} is never true or false: a condition is a template alone`,
    'take a value that is true or false, such as ${node.response.done}',
  ]);
});

test.each(['${a.text}', ' ${a.text} ', '${a.text ?? "no"}'])(
  'a template alone is a condition: "%s"',
  (until) => {
    expect(problemsOf({ until })).toEqual([]);
  },
);

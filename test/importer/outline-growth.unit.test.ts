// The outline of a Markdown workflow takes linear time. The texts that are looked at are counted: no clock decides.
import { expect, test, vi } from 'vitest';
import { readOutline } from '../../src/importer/read-outline.ts';

const STEP = ['## Steps', '### one', 'A step.'];

/** How often the reader looks at a line. */
function countLooks(lines: readonly string[]): number {
  const text = [...STEP, ...lines].join('\n');
  const spies = (['trim', 'trimStart', 'trimEnd', 'slice'] as const).map((name) =>
    vi.spyOn(String.prototype, name),
  );
  spies.push(vi.spyOn(RegExp.prototype, 'test') as never, vi.spyOn(RegExp.prototype, 'exec') as never);
  try {
    readOutline(text);
    return spies.reduce((sum, { mock }) => sum + mock.calls.length, 0);
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

const repeat = (count: number, lines: (index: number) => readonly string[]): string[] =>
  Array.from({ length: count }, (_, index) => lines(index)).flat();

test.each<readonly [string, (count: number) => string[]]>([
  ['fences in a text', (count) => ['- prompt: |', ...repeat(count, () => ['    ```sh', '    a', '    ```'])]],
  [
    'fences below keys',
    (count) => ['- a: b', ...repeat(count, () => ['  c: d', '    ```sh', '    e', '    ```'])],
  ],
  [
    'fences deeper and deeper in a text',
    (count) => ['- a: |', ...repeat(count, (index) => [`${' '.repeat((index % 40) + 4)}\`\`\`a`])],
  ],
  ['fences after blank lines', (count) => ['- a: |', ...repeat(count, () => ['', '', '    ```'])]],
  ['fences that are not closed', (count) => ['- a: b', ...repeat(count, () => ['````a', '```'])]],
  ['fences of blocks', (count) => repeat(count, () => ['- a: b', '```sh c', 'x', '```'])],
])('%s: twice as many take at most twice as many looks', (_name, linesOf) => {
  const [one, two] = [countLooks(linesOf(200)), countLooks(linesOf(400))];
  expect(one).toBeGreaterThan(200);
  expect(two).toBeLessThan(2.1 * one);
});

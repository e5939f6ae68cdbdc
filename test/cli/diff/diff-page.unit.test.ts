// The page of a comparison: what changed side by side, and hostile texts as texts.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { diffRuns, type DiffOptions } from '../../../src/cli/diff/diff-runs.ts';
import { pageFolder, type PageFolder } from '../../page/page-file.ts';
import { recordingTerminal } from '../../support/recording-terminal.ts';
import { RunBuilder, runId } from '../../support/run-builder.ts';

const HOSTILE = '</pre></style><script>alert(1)</script><img src=x onerror=alert(2)>"\u202E\u001B[2J';
const LONG = 'x'.repeat(1_000_000);

let files: PageFolder;

beforeAll(() => {
  files = pageFolder();
});

afterAll(() => {
  files.remove();
});

function logOf(name: string, number: number, answer: string, node = 'ask'): string {
  const run = new RunBuilder(runId(number))
    .started({ inputs: { topic: answer.slice(0, 5) } })
    .workflow(['read', node], (inside) =>
      inside.node('read').node(node, {}, (one) => one.call({ prompt: 'why?', response: answer })),
    )
    .emit({ type: 'output.produced', data: { name: 'text', value: answer } })
    .ended('success');
  return files.writeLog(name, run.events);
}

async function page(
  a: string,
  b: string,
  options: DiffOptions = {},
): Promise<{ html: string; code: number }> {
  const terminal = recordingTerminal();
  const output = files.path('diff.html');
  const code = await diffRuns([a, b], () => [], { output, ...options }, terminal);
  expect(terminal.printed.out).toBe('');
  expect(terminal.printed.err).toMatch(/^.*diff\.html: \d+ KB\n$/u);
  return { html: readFileSync(output, 'utf8'), code };
}

/** The texts of the elements, without their tags. */
function textIn(html: string): string {
  return html
    .slice(html.indexOf('<main'))
    .replaceAll(/<[^>]+>/gu, '|')
    .replaceAll(/\|+/gu, '|');
}

test('it has both runs, the figures, what differs on either side, and the nodes', async () => {
  const [a, b] = [logOf('a.ndjson', 1, 'because'), logOf('b.ndjson', 2, 'for no reason')];
  const { html, code } = await page(a, b, { exitCode: true });
  const text = textIn(html);
  expect(text).toContain('|example: what changed between two runs|a|example| success |');
  expect(text).toContain('|Cost|$0.010500|as before|');
  expect(text).toContain('|= same file|= same path|≠ other outputs|');
  expect(text).toContain('|inputs.topic|a|becau|b|for n|');
  expect(text).toContain('|outputs.text|a|because|b|for no reason|');
  expect(text).toContain('|ask|completed|10 ms|$0.010500|');
  expect(code).toBe(1);
});

test('runs without a difference have a page that reports that', async () => {
  const a = logOf('same.ndjson', 3, 'because');
  const { html, code } = await page(a, a, { exitCode: true });
  expect(textIn(html)).toContain('|No differences|');
  expect(code).toBe(0);
});

test('hostile texts stay texts, and long ones are cut', async () => {
  const [a, b] = [logOf('c.ndjson', 4, HOSTILE, HOSTILE), logOf('d.ndjson', 5, LONG)];
  const { html } = await page(a, b);
  expect(html).not.toMatch(/<(?:script|img|iframe|link|a)\b/u);
  expect(html).not.toMatch(/[\u202E\u001B]/u);
  expect(html).toContain("default-src 'none'");
  expect(textIn(html)).toContain('&lt;script>alert(1)&lt;/script>');
  expect(textIn(html)).toContain('and 980,000 more characters, in pflow diff --json');
  expect(html.length).toBeLessThan(200_000);
});

test('a page and JSON at once are refused', async () => {
  const a = logOf('e.ndjson', 6, 'x');
  await expect(page(a, a, { json: true })).rejects.toMatchObject({ code: 'USAGE' });
});

test('runs of two workflows are both in the title, and a node that did not run has no time', async () => {
  const log = (number: number, name: string, nodes: readonly string[]): string => {
    const run = new RunBuilder(runId(number)).started();
    const data = { name, hash: name, nodes: ['read', 'ask'] };
    run.emit({ type: 'workflow.started', phase: 'workflow', data });
    for (const node of nodes) run.node(node, { phase: 'workflow' });
    return files.writeLog(`${name}.ndjson`, run.ended('success').events);
  };
  const { html } = await page(log(3, 'one', ['read']), log(4, 'two', ['read', 'ask']));
  const text = textIn(html);
  expect(/<title>([^<]*)/u.exec(html)?.[1]).toBe('one and two: what changed between two runs');
  expect(text.split('|Nodes|')[1]).toContain('|ask|not_executed → completed|- → 10 ms|');
});

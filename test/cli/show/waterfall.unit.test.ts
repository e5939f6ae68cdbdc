// The waterfall of `pflow show` at any width of the screen: amounts and counts are whole, names and bars give way.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { showRun } from '../../../src/cli/show/show-run.ts';
import { textWidth } from '../../../src/cli/terminal/text-width.ts';
import { pageFolder, type PageFolder } from '../../page/page-file.ts';
import { recordingTerminal } from '../../support/recording-terminal.ts';
import { RunBuilder } from '../../support/run-builder.ts';

let files: PageFolder;
let log: string;

beforeAll(() => {
  files = pageFolder();
  const nodes = ['summarise-the-quarterly-report-of-sales', 'translate', 'notify'];
  const run = new RunBuilder().started({ nodes: 3 }).workflow(nodes, (inside) =>
    inside
      .node('summarise-the-quarterly-report-of-sales', { type: 'llm', ms: 900 }, (node) =>
        node.call({
          model: 'anthropic/claude-sonnet-4-0',
          usage: { input_tokens: 1272, output_tokens: 361 },
        }),
      )
      .node('translate', { type: 'llm', ms: 400 }, (node) => node.retried(1).call())
      .node('notify', { ms: 5 }),
  );
  log = files.writeLog('run.ndjson', run.ended('success').events);
});

afterAll(() => {
  files.remove();
});

async function rowsAt(columns: number, full = false): Promise<string[]> {
  const terminal = recordingTerminal();
  const options = { timeZone: 'UTC', full };
  await showRun({ reference: log, logs: () => [] }, options, { ...terminal, columns: () => columns });
  const lines = terminal.printed.out.split('\n');
  return lines.slice(lines.indexOf('') + 1, -1);
}

describe.each([40, 50, 60, 70, 80, 100, 120, 200])('in %d columns', (columns) => {
  test('no row is wider, and every amount is whole', async () => {
    const rows = await rowsAt(columns);
    expect(rows.map(textWidth).filter((width) => width > columns)).toEqual([]);
    expect(rows.map((row) => /~?\$[\d.]+/u.exec(row)?.[0])).toEqual(['$0.009231', '$0.010500', undefined]);
  });

  test('a count of tokens is whole or not there', async () => {
    const counts = (await rowsAt(columns)).map((row) => /1,\S*(?: → .*)?$/u.exec(row)?.[0]);
    const whole = ['1,272 → 361 tokens', '1,000 → 500 tokens'];
    expect(counts.filter((count) => count !== undefined && !whole.includes(count))).toEqual([]);
  });
});

test('in 80 columns long names give way, and parts that do not fit are left out', async () => {
  expect(await rowsAt(80)).toEqual([
    'summarise-the-quart…  ✓    0.90 s  ███████     $0.009231  claude-sonnet-4-0',
    'translate             ✓    0.40 s        ████  $0.010500  2 attempts',
    'notify                ✓    0.01 s           ▏',
  ]);
});

test('in 120 columns there is room for the tokens of a call', async () => {
  expect(await rowsAt(120)).toEqual([
    'summarise-the-quarterly-report…  ✓    0.90 s  ███████     $0.009231  claude-sonnet-4-0  1,272 → 361 tokens',
    'translate                        ✓    0.40 s        ████  $0.010500  2 attempts  waited 0.00 s  claude-sonnet-4-0',
    'notify                           ✓    0.01 s           ▏',
  ]);
});

test('--full cuts nothing, whatever the width', async () => {
  const [first = ''] = await rowsAt(40, true);
  expect(first).toContain('summarise-the-quarterly-report-of-sales  ✓');
  expect(first).toMatch(/\$0\.009231 {2}claude-sonnet-4-0 {2}1,272 → 361 tokens$/u);
});

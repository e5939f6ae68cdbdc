// `pflow show --node` of a batch that went on after failures: which items failed, and why.
import { expect, onTestFinished, test } from 'vitest';
import { showRun } from '../../../src/cli/show/show-run.ts';
import { pageFolder } from '../../page/page-file.ts';
import { recordingTerminal } from '../../support/recording-terminal.ts';
import { RunBuilder, runId } from '../../support/run-builder.ts';

test('a node with a batch lists the items that failed with their reasons', async () => {
  const files = pageFolder();
  onTestFinished(() => {
    files.remove();
  });
  const run = new RunBuilder(runId(1)).started({ ir: { nodes: [{ id: 'ask', type: 'llm' }] } });
  run.workflow(['ask'], (inside) =>
    inside.node('ask', { type: 'llm' }, (batch) => {
      batch.batch(8).node('ask', { type: 'llm', item: 0 }, (item) => item.call());
      for (let item = 1; item < 8; item += 1)
        batch.node('ask', { type: 'llm', item, fails: `no answer ${String(item)}` });
    }),
  );
  const reference = files.writeLog('batch.ndjson', run.ended('success').events);
  const terminal = recordingTerminal();
  await showRun({ reference, logs: () => [] }, { timeZone: 'UTC', node: 'ask' }, terminal);
  const lines = terminal.printed.out.split('\n').map((line) => line.trim());
  expect(lines.filter((line) => /^(?:item|and) /u.test(line))).toEqual([
    'item 1  no answer 1',
    'item 2  no answer 2',
    'item 3  no answer 3',
    'item 4  no answer 4',
    'item 5  no answer 5',
    'and 2 more items failed',
  ]);
  expect(lines.find((line) => line.startsWith('call'))).toMatch(/^call {2}item 0 {2}\S+\/\S+ /u);
});

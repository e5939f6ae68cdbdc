// `pflow store`: what nodes and inputs wrote, without what pflow keeps there itself.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { printStore } from '../../../src/cli/store/print-store.ts';
import { pageFolder, type PageFolder } from '../../page/page-file.ts';
import { recordingTerminal } from '../../support/recording-terminal.ts';
import { RunBuilder } from '../../support/run-builder.ts';

let files: PageFolder;
let log: string;

beforeAll(() => {
  files = pageFolder();
  const run = new RunBuilder()
    .started()
    .changed({ op: 'add', path: ['__llm_calls__'], value: [] }, { op: 'add', path: ['topic'], value: 'tea' })
    .workflow(['draft'], (inside) =>
      inside.node('draft', { type: 'llm' }, (node) =>
        node
          .call()
          .changed(
            { op: 'add', path: ['draft'], value: { response: 'yes' } },
            { op: 'add', path: ['__llm_calls__', 0], value: { model: 'm' } },
            { op: 'add', path: ['child/__llm_calls__'], value: [{ model: 'n' }] },
          ),
      ),
    );
  log = files.writeLog('run.ndjson', run.ended('success').events);
});

afterAll(() => {
  files.remove();
});

async function storeOf(...paths: string[]): Promise<unknown> {
  const terminal = recordingTerminal();
  await printStore({ reference: log, logs: () => [] }, paths, {}, terminal);
  return JSON.parse(terminal.printed.out);
}

test('the whole store is that of the workflow, without the history of calls', async () => {
  expect(await storeOf()).toEqual({ topic: 'tea', draft: { response: 'yes' } });
});

test('the history of calls is printed by its path', async () => {
  expect(await storeOf('__llm_calls__')).toEqual([{ model: 'm' }]);
  expect(await storeOf('child/__llm_calls__[0].model', 'topic')).toEqual({
    'child/__llm_calls__[0].model': 'n',
    topic: 'tea',
  });
});

test('an unknown part names the others, without the history of calls', async () => {
  await expect(storeOf('tpoic')).rejects.toMatchObject({
    message: 'the store has no tpoic at that moment',
    details: ['it has: topic, draft'],
  });
});

// Finds in a part of a log the failure that all of it shows.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { failure } from '../../../projections/failure/projection.ts';
import { projectRuns } from '../../../projections/fold.ts';
import { showRun } from '../../../src/cli/show/show-run.ts';
import { readLog } from '../../../src/log/read/read-log.ts';
import { pageFolder, type PageFolder } from '../../page/page-file.ts';
import { recordingTerminal } from '../../support/recording-terminal.ts';
import { RunBuilder, runId } from '../../support/run-builder.ts';

let files: PageFolder;

beforeAll(() => {
  files = pageFolder();
});

afterAll(() => {
  files.remove();
});

/** `failed` and `recovered` read what `read` wrote; what is `last` ran or failed last. */
function run(last: 'fails' | 'hangs' | 'nested', id = runId(1)): RunBuilder {
  const reads = (node: RunBuilder, param: string): RunBuilder =>
    node.resolved(param, 'see ${read.text} and ${read.n}', `see ${param} and 1`);
  return new RunBuilder(id).started().workflow(
    ['read', 'post', 'post-2'],
    (inside) => {
      inside
        .node('read', {}, (node) =>
          reads(node, 'path').changed({ op: 'add', path: ['read'], value: { text: 'words', n: 1 } }),
        )
        .node('post', { fails: 'the first one' }, (node) => reads(node, 'url'))
        .warned('NODE_RECOVERED', 'post failed');
      if (last === 'hangs') inside.node('post-2', { hangs: true }, (node) => reads(node, 'body'));
      if (last === 'fails') inside.node('post-2', { fails: 'no' }, (node) => reads(node, 'body'));
      if (last === 'nested') {
        inside.node('post', { visit: 2, fails: 'post/call: no' }, (node) =>
          node.node('post/call', { fails: 'no' }, (inner) => reads(inner, 'prompt')),
        );
      }
    },
    null,
  );
}

test.each([
  ['that failed at its last node', run('fails').ended('failed'), 'post-2'],
  ['that failed inside of a nested workflow', run('nested').ended('failed'), 'post/call'],
  // The last failure in these logs is that of another node.
  ['that was killed after a failure that it recovered from', run('hangs'), 'post-2'],
  ['that was interrupted after one', run('hangs').ended('interrupted'), 'post-2'],
])('a run %s has the params and reads of its node', async (_, { events }, node) => {
  const log = files.writeLog('run.ndjson', events);
  const terminal = recordingTerminal();
  await showRun({ reference: log, logs: () => [] }, { timeZone: 'UTC', json: true }, terminal);
  const shown = JSON.parse(terminal.printed.out) as { readonly failure: unknown };
  expect(shown.failure).toEqual(projectRuns(failure, events).get(runId(1)));
  expect(shown.failure).toMatchObject({ node, reads: [{ param: expect.any(String) as string }, {}] });
});

test('lines of other nodes may be left out, also of one whose id is longer', async () => {
  const nodes: (string | undefined)[] = [];
  await readLog(files.writeLog('lines.ndjson', run('nested').ended('failed').events), {
    handles: new Set(['template.resolved']),
    inside: { types: new Set(['template.resolved']), node: 'post' },
    onEvent: ({ node }) => nodes.push(node),
  });
  expect(nodes).toEqual(['post', 'post/call']);
});

test('the command of a shell node is shown once, and another one that ran beside it', async () => {
  const shown = async (ran: string): Promise<string[]> => {
    const failing = new RunBuilder(runId(2))
      .started()
      .workflow(['sh'], (inside) =>
        inside.node('sh', { type: 'shell', fails: 'exit code 1' }, (node) =>
          node
            .resolved('command', 'ls ${x}', 'ls notes')
            .changed({ op: 'add', path: ['sh'], value: { command: ran, exit_code: 1, stderr: 'no notes' } }),
        ),
      );
    const log = files.writeLog('shell.ndjson', failing.ended('failed').events);
    const terminal = recordingTerminal();
    await showRun({ reference: log, logs: () => [] }, { timeZone: 'UTC' }, terminal);
    return terminal.printed.out.split('\n').filter((line) => line.includes('ls '));
  };
  expect(await shown('ls notes')).toEqual(['  command  ls notes']);
  expect(await shown('ls -- notes')).toEqual(['  command  ls notes', '  ls -- notes']);
});

test.each([
  ['a template was filled in', 'ls notes', 'params, resolved'],
  ['a template has no value', 'ls ${x}', 'params'],
])('where %s, the params are titled so', async (_, command, title) => {
  const failing = new RunBuilder(runId(3))
    .started({ ir: { nodes: [{ id: 'sh', type: 'shell', params: { command: 'ls ${x}' } }] } })
    .workflow(['sh'], (inside) =>
      inside.node('sh', { type: 'shell', fails: 'no' }, (node) => {
        if (!command.includes('$')) node.resolved('command', 'ls ${x}', command);
      }),
    );
  const log = files.writeLog('params.ndjson', failing.ended('failed').events);
  const terminal = recordingTerminal();
  await showRun({ reference: log, logs: () => [] }, { timeZone: 'UTC' }, terminal);
  const lines = terminal.printed.out.split('\n');
  expect(lines[lines.indexOf(`  command  ${command}`) - 1]).toBe(title);
});

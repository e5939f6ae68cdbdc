// A run as Markdown: a summary and a file for each node, the same text for the same log.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { reportRuns } from '../../src/cli/report/report-runs.ts';
import { writeNight, type Night } from '../cli/runs/night.ts';
import { recordingTerminal } from '../support/recording-terminal.ts';
import { RunBuilder, runId } from '../support/run-builder.ts';
import { pageFolder, type PageFolder } from './page-file.ts';

let files: PageFolder;
let night: Night;

beforeAll(() => {
  files = pageFolder();
  night = writeNight(files.path('runs'));
});

afterAll(() => {
  files.remove();
});

async function markdown(
  reference: string,
  logs: readonly string[],
  output: string,
): Promise<Record<string, string>> {
  const options = { output: files.path(output), markdown: true, timeZone: 'UTC' };
  expect(await reportRuns({ reference, logs: () => logs }, options, recordingTerminal())).toBe(0);
  return Object.fromEntries(
    readdirSync(files.path(output)).map((name) => [
      name,
      readFileSync(join(files.path(output), name), 'utf8'),
    ]),
  );
}

test('the summary has the verdict, the figures and the nodes; each node that ran has a file', async () => {
  const written = await markdown(night.failed, [night.folder], 'first');
  expect(Object.keys(written)).toEqual(['01-ask.md', '02-post.md', 'summary.md']);
  const { 'summary.md': summary = '', '01-ask.md': first = '', '02-post.md': post = '' } = written;
  expect(summary).toContain(
    '# import failed in post, attempt 3 of 3\n\n```\nPOST http://h/hook answered 500',
  );
  expect(summary).toContain('| [post](02-post.md) | failed | 2.20 s |  |');
  expect(summary).toContain('| never | did not run |  |  |');
  expect(first).toContain('### Prompt\n\n```\nwhy?\n```\n\n### Answer\n\n```\nbecause\n```');
  expect(post).toContain('### url\n\n```\nhttp://h/hook\n```\n\nfrom\n\n```\n${host}/hook\n```');
  expect(await markdown(night.failed, [night.folder], 'second')).toEqual(written);
});

test('a text with fences, tables and links stays inside of its block', async () => {
  const hostile = '````\n# heading | [a](http://b) <script>`x`';
  const run = new RunBuilder(runId(60))
    .started({ workflow: { name: hostile, hash: 'f' } })
    .workflow([hostile], (inside) =>
      inside.node(hostile, { fails: hostile }, (node) => node.call({ prompt: hostile, response: hostile })),
    )
    .ended('failed');
  const log = files.writeLog('hostile.ndjson', run.events);
  const written = await markdown(log, [], 'hostile');
  expect(Object.keys(written)).toEqual(['01-heading-a-http-b-script-x.md', 'summary.md']);
  for (const text of Object.values(written)) {
    const outside = text.replaceAll(/^(`{3,})\w*\n.*?\n\1$/gmsu, '');
    expect(outside).not.toMatch(/(?<!\\)<script|(?<!\\)\]\(http|^# heading/mu);
  }
});

test('a report into the folder of an earlier one leaves no file of it behind, and touches no other', async () => {
  const run = (nodes: readonly string[]): RunBuilder =>
    new RunBuilder(runId(61)).started().workflow(nodes, (inside) => {
      for (const node of nodes) inside.node(node, { fails: '```\n| [a](03-own.md) | ' });
    });
  await markdown(files.writeLog('before.ndjson', run(['a', 'b', 'c']).events), [], 'twice');
  for (const name of ['03-own.md', 'notes.md']) writeFileSync(files.path(`twice/${name}`), 'mine');
  const written = await markdown(files.writeLog('after.ndjson', run(['a', 'x']).events), [], 'twice');
  expect(Object.keys(written)).toEqual(['01-a.md', '02-x.md', '03-own.md', 'notes.md', 'summary.md']);
});

test('other runs change nothing of it', async () => {
  const { 'summary.md': beside } = await markdown(night.failed, [night.folder], 'beside');
  const log = join(night.folder, 'run-31.ndjson');
  const { 'summary.md': alone } = await markdown(log, [], 'alone');
  expect(alone).toBe(beside);
});

test('a call that was sent and has no end has an unknown cost, and the total is not exact', async () => {
  const run = new RunBuilder(runId(62))
    .started()
    .workflow(
      ['ask'],
      (inside) =>
        inside.node('ask', { hangs: true }, (node) =>
          node.call().call({ model: 'openai/gpt-4o', prompt: 'Why?', sent: true, hangs: true }),
        ),
      null,
    );
  const written = await markdown(files.writeLog('open.ndjson', run.events), [], 'open');
  const { 'summary.md': summary = '', '01-ask.md': node = '' } = written;
  expect(summary).toContain('| cost | ~$0.010500 (2 calls, not exact: 1 reason, see Cost) |');
  expect(summary).toContain('| openai/gpt-4o | 1 | 0 | 0 | unknown |');
  expect(summary).toContain(
    'Not exact:\n\n- openai/gpt-4o, 1 call: the call was sent, and the log has no end of it',
  );
  expect(summary).toContain('| [ask](01-ask.md) | cut off | ');
  expect(node).toContain('Unmetered: sent, no answer recorded. Its cost is unknown.');
  expect(node).toContain('| 2 | unmetered: sent, no answer recorded |  |  | unknown |');
});

test('a call that was only prompted is not called unmetered', async () => {
  const run = new RunBuilder(runId(63))
    .started()
    .workflow(
      ['ask'],
      (inside) =>
        inside.node('ask', { hangs: true }, (node) =>
          node.call({ prompt: 'Why?', sent: true }).call({ prompt: 'Why?', hangs: true }),
        ),
      null,
    );
  const written = await markdown(files.writeLog('prompted.ndjson', run.events), [], 'prompted');
  const { 'summary.md': summary = '', '01-ask.md': node = '' } = written;
  expect(summary).toContain('| cost | $0.010500 (');
  expect(node).toContain('No answer recorded.');
  expect(node).not.toMatch(/unmetered/iu);
});

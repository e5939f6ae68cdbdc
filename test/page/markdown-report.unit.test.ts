// A run as Markdown: a summary and a file for each node, the same text for the same log.
import { readdirSync, readFileSync } from 'node:fs';
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
  meant: string,
  logs: readonly string[],
  output: string,
): Promise<Record<string, string>> {
  const options = { output: files.path(output), markdown: true, timeZone: 'UTC' };
  expect(await reportRuns({ meant, logs: () => logs }, options, recordingTerminal())).toBe(0);
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

// Lists the recorded runs of `fixtures/`: workflow, inputs, and the behaviour of the provider and other services.
// The recorder and the tests share this list.
import { execFileSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { FIXTURES } from './fixtures.ts';
import type { FixtureRun } from './fixture-run.ts';
import { PLANNED_RUNS } from './planned-fixtures.ts';

export { FIXTURES };

const copy =
  (...names: readonly string[]) =>
  (folder: string): void => {
    for (const name of names) copyFileSync(join(FIXTURES, 'inputs', name), join(folder, name));
  };

export const FIXTURE_RUNS: readonly FixtureRun[] = [
  {
    name: 'summarise-file',
    start: { workflow: 'summarise-file.json' },
    inputs: { file: 'meeting.txt' },
    status: 'success',
    prepare: copy('meeting.txt'),
    provider: {
      rules: [
        {
          then: {
            do: 'answer',
            text: 'The nightly import now runs in the scheduler and takes 14 minutes instead of 52, and two shops that were missing since August were found. Mira adds an alert for missing shops by Friday; the database upgrade waits for a fix of the vendor, and until then only Ana restarts the replica.',
            tokens: { input: 182, output: 68 },
          },
        },
      ],
    },
  },
  {
    name: 'release-notes',
    start: { workflow: 'release-notes.json' },
    inputs: { repo: 'shop', save_as: 'NOTES.md' },
    status: 'success',
    prepare: (folder) => {
      makeRepository(join(folder, 'shop'));
    },
    provider: {
      rules: [
        {
          then: {
            do: 'answer',
            text: '## New\n- Search finds products by their number, too.\n\n## Fixed\n- The cart no longer loses its last item when the page is reloaded.\n\n## Other\n- Pages with many pictures load faster.',
            tokens: { input: 96, cache_read: 1024, output: 52 },
          },
        },
      ],
    },
  },
  {
    name: 'open-issues-report',
    start: { workflow: 'open-issues-report.json' },
    inputs: { label: 'bug', save_as: 'report.md' },
    status: 'success',
    api: issueTracker,
    provider: {},
  },
  {
    name: 'fallback-source',
    start: { workflow: 'fallback-source.json' },
    inputs: { notes: 'today.txt', template: 'agenda-template.txt' },
    status: 'success',
    prepare: copy('agenda-template.txt'),
    provider: {
      rules: [
        {
          then: {
            do: 'answer',
            text: '1. What went live\n2. What broke, and what we learned\n3. Who needs help\n4. Next week',
            tokens: { input: 61, output: 27 },
          },
        },
      ],
    },
  },
  {
    name: 'flaky-api',
    start: { workflow: 'flaky-api.json' },
    inputs: {},
    status: 'success',
    api: flakyWeather,
    provider: {
      rules: [
        { times: 1, then: { do: 'status', status: 429, headers: { 'retry-after-ms': '5' } } },
        { then: { do: 'answer', text: 'Light rain at 9 degrees.', tokens: { input: 31, output: 9 } } },
      ],
    },
  },
  {
    name: 'three-models',
    start: { workflow: 'three-models.json' },
    inputs: { topic: 'a bicycle bell that can be heard by drivers' },
    status: 'success',
    provider: {
      rules: [
        {
          api: 'openai-responses',
          then: {
            do: 'answer',
            text: 'A bell that is heard, even behind glass.',
            tokens: { input: 24, output: 118 },
          },
        },
        {
          api: 'anthropic-messages',
          then: {
            do: 'answer',
            text: '1. No figure for loudness. 2. Nothing about mounting. 3. The end is flat.',
            tokens: { input: 140, cache_write: 2048, cache_read: 512, output: 64 },
          },
        },
        {
          api: 'google-generate',
          then: {
            do: 'answer',
            text: 'At 104 decibels it reaches drivers behind glass. It fits every handlebar, without tools.',
            tokens: { input: 231, output: 160, reasoning: 72 },
          },
        },
      ],
    },
  },
  {
    name: 'provider-fails',
    start: { workflow: 'summarise-file.json' },
    inputs: { file: 'meeting.txt' },
    status: 'failed',
    prepare: copy('meeting.txt'),
    provider: { rules: [{ then: { do: 'status', status: 401, message: 'invalid x-api-key' } }] },
  },
  ...PLANNED_RUNS,
];

/** Creates a Git repository that is identical to the byte on every machine. */
function makeRepository(folder: string): void {
  const commits = [
    ['Ana Ruiz', 'Search by product number', '2026-10-05T08:10:00Z'],
    ['Jonas Weber', 'Cart keeps its last item on reload', '2026-10-06T14:32:00Z'],
    ['Mira Lund', 'Load pictures when they come into view', '2026-10-08T09:05:00Z'],
  ];
  const git = (args: readonly string[], env: Readonly<Record<string, string>> = {}): void => {
    const quiet = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };
    execFileSync('git', args, { env: { PATH: process.env['PATH'], ...quiet, ...env }, stdio: 'ignore' });
  };
  git(['init', '--initial-branch=main', folder]);
  for (const [name = '', subject = '', date = ''] of commits) {
    git(['-C', folder, 'commit', '--allow-empty', '-m', subject], {
      GIT_AUTHOR_NAME: name,
      GIT_AUTHOR_EMAIL: 'team@shop.example',
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_NAME: name,
      GIT_COMMITTER_EMAIL: 'team@shop.example',
      GIT_COMMITTER_DATE: date,
    });
  }
}

function issueTracker(): Server {
  const issues = [
    { number: 211, title: 'Prices are rounded twice', state: 'open' },
    { number: 214, title: 'Search ignores umlauts', state: 'closed' },
    { number: 219, title: 'Invoice has no page numbers', state: 'open' },
  ];
  return jsonServer((path) => (path === '/issues' ? [200, issues] : [404, { message: 'no such path' }]));
}

/** Answers 503 twice, then the weather. */
function flakyWeather(): Server {
  let requests = 0;
  return jsonServer(() => {
    requests += 1;
    return requests <= 2 ? [503, { message: 'try later' }] : [200, { sky: 'light rain', celsius: 9 }];
  });
}

function jsonServer(answer: (path: string) => readonly [number, unknown]): Server {
  return createServer((request, response) => {
    const [status, body] = answer(new URL(request.url ?? '/', 'http://api').pathname);
    // A date header would be logged and make every recording different.
    response.sendDate = false;
    response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
    response.end(JSON.stringify(body));
  });
}

export async function listen(server: Server): Promise<string> {
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

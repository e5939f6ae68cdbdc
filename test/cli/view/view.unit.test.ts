// Pages on loopback: only their own address opens them, and a log that grows reaches the page.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { request, type RequestOptions } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { viewRuns } from '../../../src/cli/view/view-runs.ts';
import type { RunUpdate } from '../../../src/page/page-facts.ts';
import { Interruption } from '../../../src/run/interruption.ts';
import { LiveLog } from '../../support/live-log.ts';
import { recordingTerminal } from '../../support/recording-terminal.ts';
import { runId } from '../../support/run-builder.ts';
import { writeNight, type Night } from '../runs/night.ts';

let night: Night;
let shared: ViewServer;
const root = mkdtempSync(join(tmpdir(), 'pflow-view-'));

beforeAll(async () => {
  night = writeNight(join(root, 'runs'));
  shared = await serve(night.folder);
});

afterAll(async () => {
  await shared.stop();
  rmSync(root, { recursive: true });
});

interface ViewServer {
  readonly address: string;
  /** Interrupts it. Returns the exit code. */
  stop(): Promise<number>;
}

/** `reference`: as on the command line. */
function serve(reference: string | undefined, logs: readonly string[] = []): Promise<ViewServer> {
  const controller = new AbortController();
  const recording = recordingTerminal();
  const caller = { signal: controller.signal, runStarted: () => undefined };
  return new Promise((resolve, reject) => {
    const terminal = {
      ...recording,
      caller,
      out: (text: string) => {
        resolve({
          address: text.trim(),
          stop: () => {
            controller.abort(new Interruption('SIGINT'));
            return ended;
          },
        });
      },
    };
    const ended = viewRuns({ reference, logs: () => logs }, { timeZone: 'UTC' }, terminal);
    ended.catch(reject);
  });
}

interface Answer {
  readonly status: number | undefined;
  readonly body: string;
}

/** `path`: as it is sent; by default that of the address. */
function get(
  address: string,
  options: Pick<RequestOptions, 'path' | 'headers' | 'method'> = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request(address, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode, body: Buffer.concat(chunks).toString() });
      });
    })
      .on('error', reject)
      .end();
  });
}

test('the list leads to the page of each run', async () => {
  const { status, body } = await get(shared.address);
  expect(status).toBe(200);
  expect(body).toContain(`href="runs/${night.failed}.html"`);
  const page = await get(`${shared.address}runs/${night.failed}.html`);
  expect(page.body).toContain('import failed in post, attempt 3 of 3');
  // Nothing follows a run that has ended.
  expect(page.body).not.toContain('connect-src');
});

test.each([
  ['without a key', '/', {}, 403],
  ['with another key', `/${'x'.repeat(32)}/`, {}, 403],
  ['with a part of the key', (key: string) => `/${key.slice(0, -1)}/`, {}, 403],
  ['to another route without a key', '/favicon.ico', {}, 403],
  ['from a name that leads here', (key: string) => `/${key}/`, { host: 'evil.example' }, 403],
  ['with another port in its host', (key: string) => `/${key}/`, { host: '127.0.0.1:1' }, 403],
  ['to no address at all', '//[', {}, 403],
  ['to another route', (key: string) => `/${key}/etc/passwd`, {}, 404],
  ['to a file above', (key: string) => `/${key}/runs/../../../x.html`, {}, 404],
  ['for an unknown run', (key: string) => `/${key}/runs/0000.html`, {}, 404],
])('a request %s is refused', async (_what, path, headers, status) => {
  const key = new URL(shared.address).pathname.slice(1, -1);
  const answer = await get(shared.address, { path: typeof path === 'string' ? path : path(key), headers });
  expect(answer.status).toBe(status);
  expect(answer.body).not.toContain('nightly');
});

test('only GET is answered, and localhost is this machine', async () => {
  expect((await get(shared.address, { method: 'POST' })).status).toBe(405);
  const host = `localhost:${new URL(shared.address).port}`;
  expect((await get(shared.address, { headers: { host } })).status).toBe(200);
});

/** The messages of a stream, one by one. */
async function* messagesOf(address: string): AsyncGenerator<{ event: string; data: string }> {
  const controller = new AbortController();
  const response = await fetch(address, { signal: controller.signal });
  try {
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString();
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const [, event = '', data = ''] = /^event: (.*)\nid: .*\ndata: (.*)$/u.exec(text.slice(0, end)) ?? [];
        text = text.slice(end + 2);
        yield { event, data };
      }
    }
  } finally {
    controller.abort();
  }
}

function liveLog(name: string): LiveLog {
  const folder = join(root, name);
  mkdirSync(folder);
  return new LiveLog(join(folder, 'live.ndjson'), runId(70), (run) =>
    run
      .workflow(['read', 'ask'], (inside) => inside.node('read').node('ask', {}, (node) => node.call()))
      .ended('success'),
  );
}

test('a page gets the lines of a run that goes on as they come, until the run ends', async () => {
  const log = liveLog('growing');
  log.write(({ type }) => type === 'node.started');
  const server = await serve(undefined, [log.path]);
  onTestFinished(() => server.stop().then(() => undefined));
  const page = `${server.address}runs/${log.run}`;
  const { body } = await get(`${page}.html`);
  expect(body).toContain(`"follow":"${log.run}.events"`);
  expect(body).toContain("connect-src 'self'");
  const messages = messagesOf(`${page}.events?since=3`);
  // The stream begins with what the page has missed. Half a line waits for its rest.
  const line = log.nextLine();
  log.writeBytes(line.subarray(0, 20));
  const first = messages.next();
  log.writeBytes(line.subarray(20));
  const update = await first;
  expect(update.value).toMatchObject({ event: 'update' });
  const { facts, lines } = JSON.parse((update.value as { data: string }).data) as RunUpdate;
  expect(facts).toMatchObject({ status: 'running', follow: `${log.run}.events` });
  expect(lines).toEqual([line.toString().trimEnd()]);
  log.write();
  const last = await messages.next();
  const end = JSON.parse((last.value as { data: string }).data) as RunUpdate;
  expect(end.facts).toMatchObject({ status: 'success', total_usd: '0.0105' });
  expect(end.facts).not.toHaveProperty('follow');
  expect(end.lines.at(-1)).toContain('"run.completed"');
  expect((await messages.next()).done).toBe(true);
});

test('a page that has more lines than the log starts anew', async () => {
  const log = liveLog('shorter');
  log.write(({ type }) => type === 'workflow.started');
  const server = await serve(log.path);
  onTestFinished(() => server.stop().then(() => undefined));
  const first = await messagesOf(`${server.address.replace(/\.html$/u, '')}.events?since=9`).next();
  expect(first.value).toMatchObject({ event: 'reload' });
});

test('the list is loaded again when a run ends', async () => {
  const log = liveLog('listed');
  log.write(({ type }) => type === 'node.started');
  const server = await serve(join(root, 'listed'));
  onTestFinished(() => server.stop().then(() => undefined));
  const [, follows = ''] = /new EventSource\("(.*?)"\)/u.exec((await get(server.address)).body) ?? [];
  const messages = messagesOf(`${server.address}${follows}`);
  log.write();
  expect((await messages.next()).value).toMatchObject({ event: 'reload' });
});

test('one run is named in the address, and SIGINT ends the server and its streams with 130', async () => {
  const log = liveLog('stopped');
  log.write(({ type }) => type === 'node.started');
  const server = await serve(log.run.slice(-4), [join(root, 'stopped')]);
  expect(server.address).toMatch(new RegExp(`/runs/${log.run}\\.html$`, 'u'));
  const stream = messagesOf(`${server.address.replace(/\.html$/u, '')}.events?since=0`);
  await stream.next();
  expect(await server.stop()).toBe(130);
  await expect(stream.next()).rejects.toThrow();
  await expect(get(server.address)).rejects.toThrow('ECONNREFUSED');
});

test.each([
  ['a run that is not there', 'nothing', { code: 'RUN_UNKNOWN' }],
  ['a folder without a log', root, { code: 'LOG_EMPTY' }],
])('%s is an error before anything is served', async (_what, reference, error) => {
  const empty = join(root, 'empty');
  mkdirSync(empty, { recursive: true });
  await expect(serve(reference === root ? empty : reference, [night.folder])).rejects.toMatchObject(error);
});

test('a port that is taken is named', async () => {
  const port = Number(new URL(shared.address).port);
  const terminal = recordingTerminal();
  await expect(
    viewRuns({ reference: night.folder, logs: () => [] }, { timeZone: 'UTC', port }, terminal),
  ).rejects.toMatchObject({ code: 'USAGE', message: expect.stringContaining(String(port)) as string });
});

// Checks that every view of a run gives the number of attempts of a failure.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reply, startLoopback, type Loopback } from '../support/loopback.ts';
import { runCli, temporaryFolder } from '../support/cli.ts';

let loopback: Loopback;

beforeAll(async () => {
  loopback = await startLoopback();
});

afterAll(() => {
  loopback.stop();
});

describe('a failure after several attempts', () => {
  it('gives their number in the text, the document and the projections', async () => {
    const cwd = temporaryFolder();
    const message = `after 3 attempts: GET ${loopback.origin}/x answered 500 Internal Server Error: broken`;
    const node = {
      id: 'h',
      type: 'http',
      params: { url: `${loopback.origin}/x` },
      retry: { max: 3, wait_s: 0 },
    };
    writeFileSync(join(cwd, 'w.json'), JSON.stringify({ nodes: [node] }));
    const broken = reply(500, 'broken');
    loopback.play(Array.from({ length: 6 }, () => broken));
    const text = await runCli(['run', 'w.json'], { cwd });
    expect(text.code).toBe(1);
    expect(text.stderr).toContain(message);
    const json = await runCli(['run', 'w.json', '--output-format', 'json', '--log', 'log.ndjson'], { cwd });
    const { error } = JSON.parse(json.stdout) as { error: { message: string } };
    expect(error.message).toBe(`node "h": ${message}`);
    for (const projection of ['steps', 'trace']) {
      const { stdout } = await runCli(['replay', 'log.ndjson', '--project', projection], {
        cwd,
      });
      expect(stdout).toContain(message);
    }
    expect(loopback.received).toHaveLength(6);
  });
});

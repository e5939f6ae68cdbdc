// Checks that the built program uses the proxies of its environment.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { reply, startLoopback } from '../support/loopback.ts';
import { runCli, temporaryFolder } from '../support/cli.ts';
import { startProxy } from '../support/proxy.ts';

it('a run sends its requests through the proxy of HTTP_PROXY', async () => {
  const cwd = temporaryFolder();
  const target = await startLoopback();
  const proxy = await startProxy(Number(new URL(target.origin).port));
  const nodes = [{ id: 'h', type: 'http', params: { url: 'http://api.invalid/x' } }];
  writeFileSync(join(cwd, 'w.json'), JSON.stringify({ nodes, outputs: { r: { source: '${h.response}' } } }));
  target.play([reply(200, 'here')]);
  const { code, stdout, stderr } = await runCli(['run', 'w.json'], {
    cwd,
    env: { HTTP_PROXY: proxy.address },
  });
  proxy.stop();
  target.stop();
  expect(stderr).not.toContain('error');
  expect([code, stdout.includes('here')]).toEqual([0, true]);
  expect(proxy.seen).toEqual(['GET http://api.invalid/x -']);
});

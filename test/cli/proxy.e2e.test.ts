// Checks that the built program uses the proxies of its environment.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { reply, startLoopback } from '../support/loopback.ts';
import { runCli, temporaryFolder } from '../support/cli.ts';
import { startProxy } from '../support/proxy.ts';
import { requireTool } from '../support/require-tool.ts';

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

/** Makes a certificate for `host` that signs itself, and its key. */
function makeCertificate(folder: string, host: string): { readonly key: string; readonly cert: string } {
  requireTool('openssl');
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')] as const;
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const names = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`];
  execFileSync('openssl', ['req', ...kind, ...names, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  return { key, cert };
}

it('a request over TLS goes through a tunnel, and the certificate is that of the server', async () => {
  const cwd = temporaryFolder();
  const { key, cert } = makeCertificate(cwd, 'api.invalid');
  const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
    const { url, headers } = request;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ url, host: headers.host, key: headers['x-api-key'] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy = await startProxy((server.address() as AddressInfo).port);
  const params = { url: 'https://api.invalid/x?y=1', headers: { 'x-api-key': 'k' }, timeout_s: 100 };
  const nodes = [{ id: 'h', type: 'http', params, retry: { max: 1 } }];
  writeFileSync(join(cwd, 'w.json'), JSON.stringify({ nodes, outputs: { r: { source: '${h.response}' } } }));
  const env = { HTTPS_PROXY: `http://user:pa%20ss@${proxy.address}` };
  const [trusted, untrusted] = await Promise.all([
    runCli(['run', 'w.json', '--output-format', 'json'], { cwd, env: { ...env, NODE_EXTRA_CA_CERTS: cert } }),
    runCli(['run', 'w.json'], { cwd, env }),
  ]);
  proxy.stop();
  server.closeAllConnections();
  server.close();
  expect(JSON.parse(trusted.stdout)).toMatchObject({
    result: { r: { url: '/x?y=1', host: 'api.invalid', key: 'k' } },
  });
  // Nothing but the name of the host is visible to the proxy.
  const basic = `Basic ${Buffer.from('user:pa ss').toString('base64')}`;
  expect(new Set(proxy.seen)).toEqual(new Set([`CONNECT api.invalid:443 ${basic}`]));
  expect([untrusted.code, untrusted.stderr]).toEqual([1, expect.stringContaining('self-signed certificate')]);
});

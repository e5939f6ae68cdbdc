import { describe, expect, it } from 'vitest';
import { NetworkError } from '../../src/net/message.ts';
import { findProxy } from '../../src/net/proxy-settings.ts';

function proxyOf(target: string, env: Record<string, string>): string | undefined {
  const found = findProxy(new URL(target), env);
  return found === undefined ? undefined : `${found.variable} ${found.url.host}`;
}

describe('the proxy of an address', () => {
  const both = { HTTP_PROXY: 'http://one:3128', HTTPS_PROXY: 'two:3129' };
  it.each([
    ['http://a.example/', {}, undefined],
    ['http://a.example/', both, 'HTTP_PROXY one:3128'],
    ['https://a.example/', both, 'HTTPS_PROXY two:3129'],
    ['https://a.example/', { HTTP_PROXY: 'one:1' }, undefined],
    ['http://a.example/', { HTTPS_PROXY: 'one:1' }, undefined],
    ['http://a.example/', { http_proxy: 'low:1', HTTP_PROXY: 'high:1' }, 'http_proxy low:1'],
    ['http://a.example/', { http_proxy: '', HTTP_PROXY: 'high:1' }, 'HTTP_PROXY high:1'],
    ['https://a.example/', { https_proxy: 'https://user:pass@low:1' }, 'https_proxy low:1'],
    ['http://a.example/', { HTTP_PROXY: '  ' }, undefined],
  ])('%s with %j is %s', (target, env, expected) => {
    expect(proxyOf(target, env)).toBe(expected);
  });

  it.each([
    ['http://a.example/', 'a.example', false],
    ['http://sub.a.example/', 'a.example', false],
    ['http://sub.a.example/', '.a.example', false],
    ['http://sub.a.example/', '*.a.example', false],
    ['http://other.example/', 'b.example, x,A.EXAMPLE', true],
    ['http://A.example/', 'b.example,a.EXAMPLE', false],
    ['http://aa.example/', 'a.example', true],
    ['http://a.example/', 'a.example:80', false],
    ['http://a.example:8080/', 'a.example:80', true],
    ['http://a.example:8080/', 'a.example:8080 b', false],
    ['http://127.0.0.1:1/', '127.0.0.1', false],
    ['http://[::1]:1/', '::1', false],
    ['http://[::1]:1/', '[::1]', false],
    ['http://[::1]:1/', '[::1]:2', true],
    ['http://10.1.2.3/', '10.0.0.0/8', false],
    ['http://11.1.2.3/', '10.0.0.0/8', true],
    ['http://192.168.7.9:8080/', 'x, 192.168.0.0/16', false],
    ['http://10.1.2.3/', '10.1.2.3/32', false],
    ['http://10.1.2.3/', '10.1.2.3/33', true],
    ['http://10.1.2.3/', '10.1.2.3/', true],
    ['http://10.1.2.3/', '10.1.2.3/a', true],
    ['http://10.1.2.3/', '0.0.0.0/0', false],
    ['http://[::1]/', '0.0.0.0/0', true],
    ['http://10.1.2.3/', '10.1.2.3:80', false],
    ['http://10.1.2.3/', '10.1.2.3:81', true],
    ['http://10.1.2.3/', '2.3', true],
    ['http://10.1.2.3/', '.2.3', true],
    ['http://10.0.0.1.example/', '10.0.0.0/8', true],
    ['http://[fd12:3456::7]/', 'fd00::/8', false],
    ['http://[fe80::7]/', 'fd00::/8', true],
    ['http://[fd12::7]/', '[fd00::]/8', false],
    ['http://[fd12::7]/', '[fd00::/8]', false],
    ['http://[2001:db8::1]/', '2001:0DB8:0:0:0:0:0:1', false],
    ['http://[2001:db8::1]:81/', '[2001:db8::1]:80', true],
    ['http://[2001:db8::1]:80/', '[2001:db8:0::1]:80', false],
    ['http://[::ffff:10.1.2.3]/', '10.0.0.0/8', false],
    ['http://a.example./', 'a.example', false],
    ['http://a.example/', 'a.example.', false],
    ['http://sub.a.example./', '.a.example.:80', false],
    ['http://sub.m\u00fcnchen.example/', 'M\u00dcNCHEN.example', false],
    ['http://a.example/', '.', true],
    ['http://a.example/', '*.', true],
    ['http://a.example/', ' b.example ,, \ta.example ', false],
    ['http://a.example/', '*', false],
    ['http://10.1.2.3/', '*', false],
    ['http://a.example/', '', true],
  ])('of %s is used beside NO_PROXY=%s: %s', (target, list, used) => {
    for (const name of ['NO_PROXY', 'no_proxy'])
      expect(proxyOf(target, { HTTP_PROXY: 'one:1', [name]: list }) !== undefined).toBe(used);
  });

  it.each(['socks5://host:1', 'SOCKS4A://host:1'])('must not be one of SOCKS: %s', (https_proxy) => {
    expect(() => proxyOf('https://a.example/', { https_proxy })).toThrow(
      'https_proxy names a SOCKS proxy, and only HTTP proxies are supported',
    );
  });

  it.each(['ftp://host:1', 'http://', '::::'])('must be an address: %s', (HTTP_PROXY) => {
    expect(() => proxyOf('http://a.example/', { HTTP_PROXY })).toThrow(NetworkError);
    expect(() => proxyOf('http://a.example/', { HTTP_PROXY })).toThrow('HTTP_PROXY does not name a proxy');
    expect(proxyOf('http://a.example/', { HTTP_PROXY, NO_PROXY: '*' })).toBe(undefined);
  });
});

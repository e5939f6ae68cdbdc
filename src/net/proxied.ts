// Sends a request through a proxy. Loads undici, which only a request with a proxy needs.
import { STATUS_CODES } from 'node:http';
import type { ProxyAgent } from 'undici';
import { abortedError, NetworkError, toNetworkError, type NetAnswer, type NetRequest } from './message.ts';
import type { ProxySetting } from './proxy-settings.ts';
import { present } from '../values/present.ts';

/** Connections are kept by proxy, as Node keeps those to servers. */
const agents = new Map<string, ProxyAgent>();

/** A proxy answers these codes before the request has left it. */
const BEFORE_SENDING = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);

/** Plain requests go to the proxy as they are, others through a tunnel. */
export async function sendThroughProxy(
  proxy: ProxySetting,
  { url, method, headers, body }: NetRequest,
  signal: AbortSignal,
): Promise<NetAnswer> {
  // A bundle offers the names of a CommonJS package as its default only.
  const { default: undici } = await import('undici');
  const { href } = proxy.url;
  const dispatcher = agents.get(href) ?? new undici.ProxyAgent({ uri: href, proxyTunnel: false });
  agents.set(href, dispatcher);
  try {
    const answer = await undici.request(url, {
      method: method as 'GET',
      headers,
      signal,
      dispatcher,
      headersTimeout: 0,
      bodyTimeout: 0,
      ...present({ body }),
    });
    const known = Object.entries(answer.headers).filter(([, value]) => value !== undefined);
    return {
      status: answer.statusCode,
      statusText: STATUS_CODES[answer.statusCode] ?? '',
      headers: Object.fromEntries(known) as NetAnswer['headers'],
      body: answer.body,
    };
  } catch (error) {
    if (signal.aborted) throw abortedError(signal, true);
    throw proxyError(proxy, error);
  }
}

/** The messages of undici name neither the proxy nor the variable. */
function proxyError({ url, variable }: ProxySetting, error: unknown): NetworkError {
  const { code, message } = toNetworkError(error, true);
  const host = `the proxy ${url.host} of ${variable}`;
  const status = /\b(\d{3})\b/u.exec(/proxy/iu.test(message) ? message : '')?.[1];
  if (status === '407') {
    return new NetworkError(`${host} requires a user and a password (407)`, {
      code: 'PROXY_AUTHENTICATION',
      wasSent: false,
      retryable: false,
      hint: `Write ${variable} as http://user:password@${url.host}.`,
      cause: error,
    });
  }
  if (status !== undefined) {
    return new NetworkError(`${host} refused the connection (${status})`, {
      code: 'PROXY_REFUSED',
      wasSent: false,
      retryable: Number(status) >= 500,
      hint: `Check ${variable}, or add the host to NO_PROXY.`,
      cause: error,
    });
  }
  const wasSent = !BEFORE_SENDING.has(code);
  const hint = wasSent ? {} : { hint: `Check ${variable}, or add the host to NO_PROXY.` };
  return new NetworkError(`${host}: ${message}`, { code, wasSent, cause: error, ...hint });
}

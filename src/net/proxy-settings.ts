// Chooses the proxy of an address from the variables that curl and most programs read.
import { NetworkError } from './message.ts';
import type { Environment } from '../values/environment.ts';

/** Both spellings, lower case first, as everywhere. */
const VARIABLES = {
  'http:': ['http_proxy', 'HTTP_PROXY'],
  'https:': ['https_proxy', 'HTTPS_PROXY'],
} as const;

export interface ProxySetting {
  readonly url: URL;
  /** The variable that names it. */
  readonly variable: string;
}

/** Returns undefined for an address that is reached directly. Throws a NetworkError for an unusable variable. */
export function findProxy(target: URL, env: Environment): ProxySetting | undefined {
  const names = target.protocol === 'https:' ? VARIABLES['https:'] : VARIABLES['http:'];
  const variable = names.find((name) => (env[name] ?? '').trim() !== '');
  if (variable === undefined || isExcluded(target, env['no_proxy'] ?? env['NO_PROXY'] ?? ''))
    return undefined;
  const text = (env[variable] ?? '').trim();
  const address = /^[a-z][a-z\d+.-]*:\/\//iu.test(text) ? text : `http://${text}`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url !== undefined && /^https?:$/u.test(url.protocol)) return { url, variable };
  throw unusableProxyError(variable, url);
}

function unusableProxyError(variable: string, url: URL | undefined): NetworkError {
  const isSocks = url !== undefined && url.protocol.startsWith('socks');
  const problem = isSocks
    ? 'names a SOCKS proxy, and only HTTP proxies are supported'
    : 'does not name a proxy';
  return new NetworkError(`${variable} ${problem}`, {
    code: 'PROXY_INVALID',
    wasSent: false,
    retryable: false,
    hint: `Write ${variable} as http://host:port, or add the host to NO_PROXY.`,
  });
}

/** `NO_PROXY` is a list of hosts, each for its subdomains too, perhaps with a port; `*` means every host. */
function isExcluded({ hostname, port, protocol }: URL, list: string): boolean {
  const host = hostname.replace(/^\[|\]$/gu, '').toLowerCase();
  const usedPort = port !== '' ? port : protocol === 'https:' ? '443' : '80';
  return list
    .split(/[\s,]+/u)
    .filter((entry) => entry !== '')
    .some((entry) => entry === '*' || matches(host, usedPort, entry.toLowerCase()));
}

function matches(host: string, port: string, entry: string): boolean {
  const bracketed = /^\[([^\]]+)\](?::(\d+))?$/u.exec(entry);
  const named = /^([^:]+)(?::(\d+))?$/u.exec(entry);
  const [, name = entry, entryPort] = bracketed ?? named ?? [];
  if (entryPort !== undefined && entryPort !== port) return false;
  const bare = name.replace(/^\*?\./u, '');
  return host === bare || host.endsWith(`.${bare}`);
}

// Chooses the proxy of an address from the variables that curl and most programs read.
import { BlockList, isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { NetworkError } from './message.ts';
import type { Environment } from '../values/environment.ts';
import { present } from '../values/present.ts';

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

/**
 * Reads `NO_PROXY`, a list of hosts, addresses and ranges such as `10.0.0.0/8`. A host includes its subdomains;
 * any entry but a range may have a port; `*` means every host. Names are not resolved: an address matches only where
 * the URL has one.
 */
function isExcluded({ hostname, port, protocol }: URL, list: string): boolean {
  const host = withoutFinalDot(withoutBrackets(hostname));
  const usedPort = port !== '' ? port : protocol === 'https:' ? '443' : '80';
  const matches = isIP(host) === 0 ? matchesName : matchesAddress;
  return list
    .split(/[\s,]+/u)
    .filter((entry) => entry !== '')
    .some((entry) => entry === '*' || matches(host, usedPort, entry.toLowerCase()));
}

/** A part of a name is no name: `0.1` is not an entry for the address `10.0.0.1`. */
function matchesName(host: string, port: string, entry: string): boolean {
  const [, name = entry, entryPort = port] = /^([^:]+)(?::(\d+))?$/u.exec(entry) ?? [];
  if (entryPort !== port) return false;
  // As in a URL: without a final dot, and in Punycode.
  const bare = domainToASCII(withoutFinalDot(name.replace(/^\*?\./u, '')));
  return bare !== '' && (host === bare || host.endsWith(`.${bare}`));
}

function matchesAddress(host: string, port: string, entry: string): boolean {
  const { address, prefix, entryPort = port } = readRange(entry);
  const family = familyOf(address);
  if (family === undefined || entryPort !== port) return false;
  const bits = prefix ?? WIDTHS[family];
  if (bits > WIDTHS[family]) return false;
  const range = new BlockList();
  range.addSubnet(address, bits, family);
  return range.check(host, familyOf(host));
}

const WIDTHS = { ipv4: 32, ipv6: 128 } as const;

function familyOf(address: string): keyof typeof WIDTHS | undefined {
  return ([undefined, 'ipv4', 'ipv6'] as const)[isIP(address) === 0 ? 0 : isIP(address) === 4 ? 1 : 2];
}

interface AddressRange {
  readonly address: string;
  /** Bits; absent for a single address. */
  readonly prefix?: number;
  readonly entryPort?: string;
}

/** Reads `10.0.0.1`, `10.0.0.1:80`, `10.0.0.0/8`, `fd00::/8`, `[::1]`, `[::1]:80` and `[fd00::]/8`. */
function readRange(entry: string): AddressRange {
  const [range = '', entryPort] = isIP(entry) === 6 ? [entry] : splitPort(entry);
  const [address = '', prefix] = withoutBrackets(range).split('/');
  const bits = prefix === undefined ? undefined : /^\d{1,3}$/u.test(prefix) ? Number(prefix) : Infinity;
  return { address: withoutBrackets(address), ...present({ prefix: bits, entryPort }) };
}

/** An IPv6 range has colons of its own, and a prefix behind them. */
function splitPort(entry: string): readonly string[] {
  const [, range, port] = /^([^:[]+|\[[^\]]+\]):(\d+)$/u.exec(entry) ?? [];
  return range === undefined || port === undefined ? [entry] : [range, port];
}

const withoutBrackets = (text: string): string => text.replace(/^\[([^\]]*)\]$/u, '$1');

const withoutFinalDot = (name: string): string => name.replace(/\.$/u, '');

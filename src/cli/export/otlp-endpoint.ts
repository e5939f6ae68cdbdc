// Reads where runs are sent, and how: the address, and what the standard variables of OpenTelemetry add.
import { PflowError } from '../../errors.ts';
import { VERSION } from '../../version.ts';
import type { OtlpOptions } from './otlp.ts';
import type { Environment } from '../../values/environment.ts';

export type OtlpProtocol = 'json' | 'protobuf';

/** `option`: the name of the option with the address. Throws USAGE. */
export function requireEndpoint(endpoint: string, option: string): void {
  const { username, password } = parseEndpoint(endpoint, option);
  if (username === '' && password === '') return;
  throw new PflowError('USAGE', `${option} takes an address without a password`, {
    hint: 'Put credentials into OTEL_EXPORTER_OTLP_HEADERS, such as authorization=Basic%20….',
  });
}

/** `path`: /v1/traces or /v1/metrics, which is added unless one of them is there. */
export function addressOf(endpoint: string, path: string): URL {
  const address = parseEndpoint(endpoint, '--endpoint');
  if (!/\/v1\/(?:traces|metrics)$/u.test(address.pathname))
    address.pathname = `${address.pathname.replace(/\/$/u, '')}${path}`;
  return address;
}

function parseEndpoint(endpoint: string, option: string): URL {
  const address = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (address !== undefined && /^https?:$/u.test(address.protocol)) return address;
  throw new PflowError('USAGE', `the endpoint is not an address: ${endpoint}`, {
    hint: `For example ${option} http://127.0.0.1:4318.`,
  });
}

/** OTEL_SERVICE_NAME names the service. */
export function otlpOptionsOf(env: Environment): OtlpOptions {
  return { version: VERSION, serviceName: env['OTEL_SERVICE_NAME'] ?? 'pflow' };
}

/** The option wins over OTEL_EXPORTER_OTLP_PROTOCOL, whose other values mean JSON here. */
export function protocolOf(option: OtlpProtocol | undefined, env: Environment): OtlpProtocol {
  return option ?? (env['OTEL_EXPORTER_OTLP_PROTOCOL'] === 'http/protobuf' ? 'protobuf' : 'json');
}

/** OTEL_EXPORTER_OTLP_HEADERS is `name=value,…`, percent-encoded. */
export function headersOf(env: Environment): Record<string, string> {
  const pairs = (env['OTEL_EXPORTER_OTLP_HEADERS'] ?? '').split(',').filter((pair) => pair.includes('='));
  return Object.fromEntries(
    pairs.map((pair) => {
      const equals = pair.indexOf('=');
      return [pair.slice(0, equals).trim().toLowerCase(), decode(pair.slice(equals + 1).trim())];
    }),
  );
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

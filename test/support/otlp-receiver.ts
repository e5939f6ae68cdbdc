// Starts a receiver of OTLP by Elastic. A gateway before it unpacks requests, and may be busy.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import type { DataPoint } from '../../src/cli/export/otlp-bodies.ts';

/** Attributes as the receiver understood them. */
export type Attributes = Readonly<Record<string, string | number>>;

export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: Attributes;
  readonly status?: { readonly code: string };
}

export interface ReceivedPoint extends Omit<DataPoint, 'attributes'> {
  readonly attributes: Attributes;
}

export interface ReceivedMetric {
  readonly name: string;
  readonly unit: string;
  readonly histogram: { readonly dataPoints: readonly ReceivedPoint[] };
}

interface Traces {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: Attributes };
    readonly scopeSpans: readonly { readonly spans: readonly ReceivedSpan[] }[];
  }[];
}

interface Metrics {
  readonly resourceMetrics: readonly {
    readonly scopeMetrics: readonly { readonly metrics: readonly ReceivedMetric[] }[];
  }[];
}

interface MockOtlpServer {
  readonly httpUrl: URL;
  start(): Promise<void>;
  close(): Promise<void>;
}

/** The package has no types for its exports. */
const { MockOtlpServer, normalizeMetrics, normalizeTrace } = createRequire(import.meta.url)(
  '@elastic/mockotlpserver',
) as {
  readonly MockOtlpServer: new (options: object) => MockOtlpServer;
  readonly normalizeTrace: (request: unknown) => Traces;
  readonly normalizeMetrics: (request: unknown) => Metrics;
};

/** What the gateway answers instead of passing a request on. */
export interface Refusal {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export class OtlpReceiver {
  /** Of all requests that were passed on. */
  spans: ReceivedSpan[] = [];
  metrics: ReceivedMetric[] = [];
  services: unknown[] = [];
  /** Path and type of each request, and its status. */
  requests: string[] = [];
  private refusals: Refusal[] = [];
  private readonly gateway: Server;
  private readonly receiver: MockOtlpServer;

  constructor() {
    this.gateway = createServer((request, response) => {
      void this.answer(request, response);
    });
    this.receiver = new MockOtlpServer({
      logLevel: 'warn',
      services: ['http'],
      httpHostname: '127.0.0.1',
      httpPort: 0,
      onTrace: (traces: unknown) => {
        for (const { resource, scopeSpans } of normalizeTrace(traces).resourceSpans) {
          this.services.push(resource.attributes['service.name']);
          this.spans.push(...scopeSpans.flatMap(({ spans }) => spans));
        }
      },
      onMetrics: (metrics: unknown) => {
        for (const { scopeMetrics } of normalizeMetrics(metrics).resourceMetrics)
          this.metrics.push(...scopeMetrics.flatMap((scope) => scope.metrics));
      },
    });
  }

  async start(): Promise<void> {
    await this.receiver.start();
    await new Promise<void>((resolve) => this.gateway.listen(0, '127.0.0.1', resolve));
  }

  get origin(): string {
    return `http://127.0.0.1:${String((this.gateway.address() as AddressInfo).port)}`;
  }

  /** Forgets what was received. The next requests are answered with these refusals. */
  reset(refusals: readonly Refusal[] = []): void {
    [this.spans, this.metrics, this.services, this.requests] = [[], [], [], []];
    this.refusals = [...refusals];
  }

  async stop(): Promise<void> {
    this.gateway.closeAllConnections();
    this.gateway.close();
    await this.receiver.close();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { url = '', headers } = request;
    const refusal = this.refusals.shift();
    const [status, body] =
      refusal === undefined ? await this.passOn(url, headers, chunks) : [refusal.status, ''];
    this.requests.push(`${url} ${String(headers['content-type'])} ${String(status)}`);
    response.writeHead(status, refusal?.headers ?? {}).end(body);
  }

  /** The receiver understands a request in the same turn in which it answers. */
  private async passOn(
    url: string,
    headers: IncomingMessage['headers'],
    chunks: readonly Buffer[],
  ): Promise<readonly [number, string]> {
    const packed = Buffer.concat(chunks);
    const body = headers['content-encoding'] === 'gzip' ? gunzipSync(packed) : packed;
    const answer = await fetch(new URL(url, this.receiver.httpUrl), {
      method: 'POST',
      headers: { 'content-type': headers['content-type'] ?? '' },
      body,
    });
    return [answer.status, await answer.text()];
  }
}

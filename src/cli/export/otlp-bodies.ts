// Types of the requests of OTLP, as JSON writes them: ids in hex, 64-bit numbers as decimal texts.

type Value =
  { readonly stringValue: string } | { readonly intValue: string } | { readonly doubleValue: number };

export interface Attribute {
  readonly key: string;
  readonly value: Value;
}

export interface Resource {
  readonly attributes: readonly Attribute[];
}

export interface InstrumentationScope {
  readonly name: string;
  readonly version: string;
}

/** `Form`: how attributes are written; a text is the JSON of one. */
export interface OtlpSpan<Form = Attribute> {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly Form[];
  /** Absent where nothing failed: receivers refuse a status without a code. */
  readonly status?: { readonly code: number };
}

export interface ScopeSpans {
  readonly scope: InstrumentationScope;
  readonly spans: readonly OtlpSpan[];
  readonly schemaUrl: string;
}

export interface ResourceSpans {
  readonly resource: Resource;
  readonly scopeSpans: readonly ScopeSpans[];
  readonly schemaUrl: string;
}

/** The body of a request to /v1/traces. */
export interface TracesBody {
  readonly resourceSpans: readonly ResourceSpans[];
}

export interface DataPoint {
  readonly startTimeUnixNano: string;
  readonly timeUnixNano: string;
  readonly attributes: readonly Attribute[];
  readonly count: string;
  readonly sum: number;
  readonly bucketCounts: readonly string[];
  readonly explicitBounds: readonly number[];
  readonly min: number;
  readonly max: number;
}

export interface Metric {
  readonly name: string;
  readonly unit: string;
  readonly histogram: { readonly aggregationTemporality: number; readonly dataPoints: readonly DataPoint[] };
}

export interface ScopeMetrics {
  readonly scope: InstrumentationScope;
  readonly metrics: readonly Metric[];
  readonly schemaUrl: string;
}

export interface ResourceMetrics {
  readonly resource: Resource;
  readonly scopeMetrics: readonly ScopeMetrics[];
  readonly schemaUrl: string;
}

/** The body of a request to /v1/metrics. */
export interface MetricsBody {
  readonly resourceMetrics: readonly ResourceMetrics[];
}

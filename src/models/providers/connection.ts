// Defines the connection to a provider. Each provider has a file that makes it, and loads its package with the first
// call.
import type { JSONValue, LanguageModel } from 'ai';
import type { ReadAnswer } from '../answer/answer-reading.ts';
import type { Endpoint } from '../credentials.ts';
import type { Exchange } from '../exchange.ts';
import type { ModelName, StructuredMode } from '../model-name.ts';
import type { ModelRequest } from '../model.ts';
import type { ReadBill } from '../usage/api-bills.ts';

export interface Connection {
  readonly model: LanguageModel;
  /** Keyed by the name under which the provider's package looks for its options. */
  readonly options: Record<string, Record<string, JSONValue>>;
  /** Reads the cost of an answer from its body. */
  readonly bill: ReadBill;
  readonly read: ReadAnswer;
  /** Makes one body of those of an answer that took several requests. By default the last one counts. */
  readonly join?: (bodies: readonly unknown[]) => unknown;
}

export interface ConnectionTarget {
  readonly name: ModelName;
  readonly endpoint: Endpoint;
  readonly request: ModelRequest;
  readonly exchange: Exchange;
  /** How a structured answer is requested; undefined for a request without a schema. */
  readonly structured: StructuredMode | undefined;
}

export type Connect = (target: ConnectionTarget) => Promise<Connection>;

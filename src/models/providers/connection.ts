// Defines the connection to a provider. Each provider has a file that makes it, and loads its package with the first
// call.
import type { JSONValue, LanguageModel } from 'ai';
import type { Endpoint } from '../credentials.ts';
import type { ModelName } from '../model-name.ts';
import type { ModelRequest } from '../model.ts';
import type { Bill } from '../usage/bill.ts';

export interface Connection {
  readonly model: LanguageModel;
  /** Keyed by the name under which the provider's package looks for its options. */
  readonly options: Record<string, Record<string, JSONValue>>;
  /** Reads the cost of an answer. `summed` is the usage of all requests that the package made for it. */
  readonly bill: (body: unknown, summed?: unknown) => Bill;
}

export type Connect = (name: ModelName, endpoint: Endpoint, request: ModelRequest) => Promise<Connection>;

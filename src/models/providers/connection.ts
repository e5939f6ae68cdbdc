// Defines what the file of each provider makes: the model of the AI SDK, the options under the names of the provider,
// and the function that reads a bill. A provider's package is loaded by its first call.
import type { JSONValue, LanguageModel } from 'ai';
import type { Endpoint } from '../credentials.ts';
import type { ModelName } from '../model-name.ts';
import type { ModelRequest } from '../model.ts';
import type { Bill } from '../usage/bill.ts';

export interface Connection {
  readonly model: LanguageModel;
  /** Keyed by the name under which the provider's package looks for its options. */
  readonly options: Record<string, Record<string, JSONValue>>;
  /** `summed` is the usage as the package read it: the sum where one answer took several requests. */
  readonly bill: (body: unknown, summed?: unknown) => Bill;
}

export type Connect = (name: ModelName, endpoint: Endpoint, request: ModelRequest) => Promise<Connection>;

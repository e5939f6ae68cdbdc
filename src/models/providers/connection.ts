// What the file of each provider hands over: the model to ask, the options in the provider's own words, and
// the way to read a bill. Each loads its package when it is called and not before.
import type { JSONValue, LanguageModel } from 'ai';
import type { Endpoint } from '../credentials.ts';
import type { ModelName } from '../model-name.ts';
import type { ModelRequest } from '../model.ts';
import type { Bill } from '../usage/bill.ts';

export interface Connection {
  readonly model: LanguageModel;
  /** By the name under which the provider's package looks for its options. */
  readonly options: Record<string, Record<string, JSONValue>>;
  /** `summed` is the usage as the package read it: it adds up where one answer took several requests. */
  readonly bill: (body: unknown, summed?: unknown) => Bill;
}

export type Connect = (name: ModelName, endpoint: Endpoint, request: ModelRequest) => Promise<Connection>;

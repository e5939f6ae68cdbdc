// Defines the connection to a provider. Each provider has a file that makes it, and loads its package with the first
// call.
import type { JSONValue, LanguageModel } from 'ai';
import type { Endpoint } from '../credentials.ts';
import type { ModelName } from '../model-name.ts';
import type { ModelRequest } from '../model.ts';

export interface Connection {
  readonly model: LanguageModel;
  /** Keyed by the name under which the provider's package looks for its options. */
  readonly options: Record<string, Record<string, JSONValue>>;
  /** Changes a body whose bill is not that of the whole answer. `summed`: the usage of all its requests. */
  readonly billedBody?: (body: unknown, summed: unknown) => unknown;
}

export type Connect = (name: ModelName, endpoint: Endpoint, request: ModelRequest) => Promise<Connection>;

// Defines what the servers of a scenario may do with a request. It is plain data: a scenario can be printed and shrunk.
import type { UsagePlan } from './usage-dialects.ts';

/** How an answer is cut: its JSON, its compressed form, or the connection in the middle of the body. */
export type Cut = 'json' | 'gzip' | 'end' | 'reset';
export type Nonsense = 'html' | 'empty' | 'foreign' | 'list' | 'null' | 'stream' | 'words' | 'no-message';

/** Of servers of models and of pages. */
type Failure =
  | { readonly do: 'status'; readonly status: number; readonly retryAfter?: string; readonly body: ErrorBody }
  /** Closes the connection without an answer; `reset` breaks it. */
  | { readonly do: 'close'; readonly reset: boolean }
  /** Sends nothing, or the first half of the body and then nothing. */
  | { readonly do: 'hang'; readonly halfway: boolean };

type ErrorBody = 'error' | 'html' | 'empty';

export type ModelBehaviour =
  | {
      readonly do: 'answer';
      readonly text: string;
      /** `null`: the answer has no usage. */
      readonly plan: UsagePlan | null;
      readonly finish: 'stop' | 'length' | 'refusal';
      readonly gzip: boolean;
      readonly delayMs: number;
    }
  | { readonly do: 'cut'; readonly how: Cut }
  | { readonly do: 'nonsense'; readonly what: Nonsense; readonly plan: UsagePlan }
  | Failure;

export type WebBehaviour =
  | {
      readonly do: 'answer';
      readonly body: string;
      readonly type: string;
      readonly gzip: boolean;
      readonly delayMs: number;
    }
  /** Answers with the headers and the body of the request. */
  | { readonly do: 'mirror' }
  | {
      readonly do: 'redirect';
      readonly status: 301 | 303 | 307;
      readonly to: 'page' | 'itself' | 'elsewhere';
    }
  | { readonly do: 'cut'; readonly how: Cut }
  | Failure;

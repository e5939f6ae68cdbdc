// Defines what goes over the network: a request, its answer, and the failure of either.
import type { Readable } from 'node:stream';
import { present } from '../values/present.ts';
import { describeFault } from './fault-words.ts';

export interface NetRequest {
  readonly url: URL;
  readonly method: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface NetAnswer {
  readonly status: number;
  readonly statusText: string;
  /** Names in lower case; `set-cookie` is a list. */
  readonly headers: Readonly<Record<string, string | string[]>>;
  /** The bytes as they come, compressed or not. */
  readonly body: Readable;
}

/** Sends one request and resolves with the head of its answer. Follows no redirect and has no time limit. */
export type Send = (request: NetRequest, signal: AbortSignal) => Promise<NetAnswer>;

export interface NetworkFacts {
  /** `ECONNREFUSED`, `PROXY_AUTHENTICATION`, … */
  readonly code: string;
  /** False when the server certainly got no request. */
  readonly wasSent: boolean;
  /** False when the same request fails again. */
  readonly retryable?: boolean;
  readonly hint?: string;
  readonly cause?: unknown;
}

/** The failure of a connection, not an answer with a bad status. */
export class NetworkError extends Error {
  readonly code: string;
  readonly wasSent: boolean;
  readonly retryable: boolean;
  readonly hint: string | undefined;

  constructor(message: string, { code, wasSent, retryable = true, hint, cause }: NetworkFacts) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'NetworkError';
    this.code = code;
    this.wasSent = wasSent;
    this.retryable = retryable;
    this.hint = hint;
  }
}

/** The failure of a request whose signal was aborted; the reason is its cause. */
export function abortedError(signal: AbortSignal, wasSent: boolean): NetworkError {
  const cause: unknown = signal.reason;
  const message = cause instanceof Error ? cause.message : String(cause);
  return new NetworkError(message, { code: 'ABORTED', wasSent, retryable: false, cause });
}

/** Makes a NetworkError of what a socket, a parser or undici throws. Returns a NetworkError unchanged. */
export function toNetworkError(error: unknown, wasSent: boolean): NetworkError {
  if (error instanceof NetworkError) return error;
  const { code, message } = firstNamed(error);
  const reason = typeof message === 'string' && message !== '' ? message : String(code ?? error);
  const known = typeof code === 'string' ? code : 'UNKNOWN';
  const words = describeFault(known, reason);
  return new NetworkError(words.message, {
    code: known,
    wasSent,
    retryable: known !== 'UNKNOWN',
    cause: error,
    ...present({ hint: words.hint }),
  });
}

/** An attempt over several addresses fails with one error for each of them. */
function firstNamed(error: unknown): { readonly code?: unknown; readonly message?: unknown } {
  if (error instanceof AggregateError && error.message === '') return firstNamed(error.errors[0]);
  return typeof error === 'object' && error !== null ? error : { message: String(error) };
}

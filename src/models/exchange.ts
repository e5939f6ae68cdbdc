// Carries the requests of one model call and keeps what came back. The AI SDK writes the requests; it is handed an
// answer that it always accepts, because its own reading throws away texts beside fields that it does not know.
import { NetworkError } from '../net/message.ts';
import { JsonNumberError, parseExactJson } from '../values/exact-json.ts';
import { unmarkBigInts } from './big-int-marks.ts';
import type { StreamForm } from './stream/stream-form.ts';
import { present } from '../values/present.ts';

export interface Received {
  readonly status: number;
  /** Header names are in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body as it came. Undefined when it broke off. */
  readonly raw: string | undefined;
  /** Undefined where the body is not JSON. Numbers are those of JavaScript. */
  readonly body: unknown;
  /** Of a stream: the body with integers that keep their digits. */
  readonly exact?: unknown;
}

/** Parses a body again, with integers that keep their digits. */
export function parseExactBody({ raw, body, exact }: Received): unknown {
  if (exact !== undefined) return exact;
  try {
    return raw === undefined || body === undefined ? undefined : parseExactJson(raw);
  } catch (error) {
    if (error instanceof JsonNumberError) return body;
    throw error;
  }
}

type Fetch = typeof globalThis.fetch;

export interface ExchangeOptions {
  readonly fetch: Fetch;
  /** Called once, when the first request is on its way. */
  readonly onSent: () => void;
  /** Requests a stream. Called with each part of the text of the answer. */
  readonly onText?: (text: string) => void;
}

/** Codes of failures before any byte of the request was sent. */
const UNSENT =
  /^(ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL|EACCES|EPERM|UND_ERR_CONNECT_TIMEOUT|UND_ERR_INVALID_ARG|(CERT|DEPTH_ZERO|UNABLE_TO|ERR_TLS|ERR_SSL|SELF_SIGNED)_\w+)$/;

export class Exchange {
  /** One for each request; several where a long answer takes several. */
  readonly received: Received[] = [];
  private readonly options: ExchangeOptions;
  private isSent = false;
  private isUnsent = false;

  constructor(options: ExchangeOptions) {
    this.options = options;
  }

  /** Whether the provider may have done the work and bill it: all requests but those that it rejected. */
  get mayBeBilled(): boolean {
    const last = this.received.at(-1);
    return this.isSent && !this.isUnsent && (last === undefined || last.status < 400);
  }

  /** Returns a `fetch` for the SDK. `standIn` makes the body that the SDK gets in place of the answer. */
  fetchFor(standIn: (body: unknown) => unknown, stream: StreamForm): Fetch {
    const { onText } = this.options;
    const form = onText === undefined ? undefined : stream;
    return async (input, init) => {
      const response = await this.send(input, init, form);
      const { status, statusText } = response;
      const headers = Object.fromEntries(response.headers);
      const at = this.received.push({ status, headers, raw: undefined, body: undefined }) - 1;
      const read =
        form === undefined || !response.ok ? undefined : await readStreamed(response, form, onText);
      const { raw, body, exact } = read ?? readWhole(await response.text());
      this.received[at] = { status, headers, raw, body, ...present({ exact }) };
      if (!response.ok) return new Response(raw, { status, statusText, headers: plainHeaders(headers) });
      return Response.json(standIn(body));
    };
  }

  private async send(
    input: Parameters<Fetch>[0],
    init: Parameters<Fetch>[1],
    form: StreamForm | undefined,
  ): Promise<Response> {
    if (!this.isSent) this.options.onSent();
    this.isSent = true;
    try {
      const text = typeof init?.body === 'string' ? unmarkBigInts(init.body) : undefined;
      const body =
        text === undefined ? {} : { body: form === undefined ? text : addMembers(text, form.request) };
      const url = form?.url !== undefined && typeof input === 'string' ? form.url(input) : input;
      return await this.options.fetch(url, { ...init, ...body });
    } catch (error) {
      this.isUnsent = this.received.length === 0 && isUnsentCode(error);
      throw error;
    }
  }
}

/** Adds members to the text of an object, whose integers keep their digits. */
function addMembers(text: string, members: Readonly<Record<string, unknown>>): string {
  const added = JSON.stringify(members).slice(1, -1);
  return added === '' ? text : text.replace('{', `{${added},`);
}

type ReadBody = Pick<Received, 'raw' | 'body' | 'exact'>;

function readWhole(raw: string): ReadBody {
  return { raw, body: parseBody(raw) };
}

/** Undefined for an answer that is not a stream, though one was requested: it is read as a whole. */
async function readStreamed(
  response: Response,
  form: StreamForm,
  onText: (text: string) => void = () => undefined,
): Promise<ReadBody | undefined> {
  const type = response.headers.get('content-type') ?? '';
  if (!type.includes('text/event-stream') || response.body === null) return undefined;
  const { readStream } = await import('./stream/read-stream.ts');
  return readStream(response.body, form, onText);
}

function isUnsentCode(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof NetworkError) return !at.wasSent;
    const { code } = at as { code?: unknown };
    if (typeof code === 'string') return UNSENT.test(code);
  }
  return false;
}

/** The body is no longer encoded. */
function plainHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const { 'content-encoding': _encoding, 'content-length': _length, ...rest } = headers;
  return rest;
}

function parseBody(raw: string): unknown {
  try {
    return JSON.parse(raw) as unknown;
  } catch {
    return undefined;
  }
}

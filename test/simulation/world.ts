// Serves the models and pages of a scenario. Keeps what each request of a model cost in truth. The same code answers
// over the network in memory and over loopback.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { anthropicMessages } from '../support/provider/apis/anthropic-messages.ts';
import { googleGenerate } from '../support/provider/apis/google-generate.ts';
import { openaiChat } from '../support/provider/apis/openai-chat.ts';
import { openaiResponses } from '../support/provider/apis/openai-responses.ts';
import type { Api, ProviderAnswer } from '../support/provider/script.ts';
import type { Cut, ModelBehaviour, Nonsense, WebBehaviour } from './server-behaviours.ts';
import { DIALECTS, narrowPlan, type ApiForm, type Dialect, type UsagePlan } from './usage-dialects.ts';

const APIS: Readonly<Record<ApiForm, Api>> = {
  anthropic: anthropicMessages,
  responses: openaiResponses,
  google: googleGenerate,
  chat: openaiChat,
};

/** What a page does that gets a secret: it sends it back, or its address is in an error. */
const LEAKS: readonly WebBehaviour[] = [
  { do: 'mirror' },
  { do: 'mirror' },
  { do: 'status', status: 404, body: 'error' },
  { do: 'redirect', status: 307, to: 'page' },
];

/** What a request of a model cost. `open`: its answer did not arrive whole. */
export interface PaidRequest {
  readonly model: string;
  cost: 'rejected' | 'open' | { readonly plan: UsagePlan };
}

export interface WorldOptions {
  readonly models: readonly ModelBehaviour[];
  readonly web: readonly WebBehaviour[];
  /** Called when a request has arrived and before it is answered. */
  readonly onRequest: () => void;
  /** How long half an answer is left before its connection breaks. */
  readonly breakAfterMs?: number;
}

export class World {
  readonly paid: PaidRequest[] = [];
  /** Answers that have not ended. */
  readonly unanswered = new Set<ServerResponse>();
  private readonly options: WorldOptions;
  private readonly seen = new Map<string, number>();

  constructor(options: WorldOptions) {
    this.options = options;
  }

  readonly serve = (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = [];
    response.sendDate = false;
    this.unanswered.add(response);
    response.on('close', () => this.unanswered.delete(response));
    request.on('error', () => undefined);
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      this.options.onRequest();
      if (request.url?.startsWith('/web') === true) this.servePage(request, response, body);
      else this.serveModel(request, response, body);
    });
  };

  private servePage(request: IncomingMessage, response: ServerResponse, body: string): void {
    const key = `${request.method ?? ''} ${request.url ?? ''} ${body}`;
    const behaviour = this.choose(request.url?.includes('/leak') === true ? LEAKS : this.options.web, key);
    const send = (bytes: Buffer, type: string, gzip = false): void => {
      this.send(response, { status: 200, bytes, type, gzip });
    };
    switch (behaviour.do) {
      case 'answer':
        this.after(behaviour.delayMs, response, () => {
          send(Buffer.from(behaviour.body), behaviour.type, behaviour.gzip);
        });
        return;
      case 'mirror':
        send(
          Buffer.from(JSON.stringify({ url: request.url, headers: mirrored(request), body })),
          'application/json',
        );
        return;
      case 'redirect': {
        const to = { page: '/web/landed', itself: request.url ?? '/', elsewhere: 'http://unknown.test/x' };
        response.writeHead(behaviour.status, { location: to[behaviour.to] }).end();
        return;
      }
      case 'cut':
        this.cut(response, behaviour.how, '{"page": "a text that is cut somewhere in its middle"}');
        return;
      default:
        this.fail(response, behaviour, JSON.stringify({ error: 'no' }));
    }
  }

  private serveModel(request: IncomingMessage, response: ServerResponse, body: string): void {
    const path = request.url ?? '';
    const api = Object.values(APIS).find((each) => each.matches(path));
    const parsed = api?.read(path, parseFields(body));
    const dialect = DIALECTS.find(
      ({ provider, model }) =>
        path.startsWith(`/${provider}/`) && model === `${provider}/${parsed?.model ?? ''}`,
    );
    if (api === undefined || parsed === undefined || dialect === undefined) {
      response.writeHead(404).end('no such model');
      return;
    }
    const paid: PaidRequest = { model: dialect.model, cost: 'open' };
    this.paid.push(paid);
    const behaviour = this.choose(this.options.models, `${path} ${parsed.prompt}`);
    const answer = (text: string, plan: UsagePlan | null, finish: 'stop' | 'length' | 'refusal'): unknown =>
      withUsage(api.write(toAnswer({ text, finish, model: parsed.model }), parsed), dialect, plan);
    switch (behaviour.do) {
      case 'answer': {
        const plan = behaviour.plan === null ? null : narrowPlan(behaviour.plan, dialect);
        const bytes = Buffer.from(JSON.stringify(answer(behaviour.text, plan, behaviour.finish)));
        this.after(behaviour.delayMs, response, () => {
          this.send(response, { status: 200, bytes, type: 'application/json', gzip: behaviour.gzip }, () => {
            if (plan !== null) paid.cost = { plan };
          });
        });
        return;
      }
      case 'cut':
        this.cut(response, behaviour.how, JSON.stringify(answer('cut', null, 'stop')));
        return;
      case 'nonsense': {
        const { text, plan } = nonsense(behaviour, dialect, parsed.model);
        const bytes = Buffer.from(text);
        this.send(response, { status: 200, bytes, type: 'application/json', gzip: false }, () => {
          if (plan !== undefined) paid.cost = { plan };
        });
        return;
      }
      default:
        if (behaviour.do === 'status') paid.cost = 'rejected';
        this.fail(response, behaviour, JSON.stringify(api.error(429, undefined, 'as the scenario has it')));
    }
  }

  /** Does not depend on the order in which requests with different content arrive. */
  private choose<T>(behaviours: readonly T[], key: string): T {
    const plain = key.replaceAll(/127\.0\.0\.1(?::|%(?:25)*3A)\d+/giu, 'world.test');
    const count = this.seen.get(plain) ?? 0;
    this.seen.set(plain, count + 1);
    return behaviours[(hashOf(plain) + count) % behaviours.length] as T;
  }

  private after(milliseconds: number, response: ServerResponse, then: () => void): void {
    if (milliseconds === 0) {
      then();
      return;
    }
    const timer = setTimeout(() => {
      if (!response.destroyed) then();
    }, milliseconds);
    response.on('close', () => {
      clearTimeout(timer);
    });
  }

  private send(
    response: ServerResponse,
    { status, bytes, type, gzip }: { status: number; bytes: Buffer; type: string; gzip: boolean },
    onSent: () => void = () => undefined,
  ): void {
    const body = gzip ? gzipSync(bytes) : bytes;
    response.writeHead(status, { 'content-type': type, ...(gzip ? { 'content-encoding': 'gzip' } : {}) });
    response.end(body, onSent);
  }

  private cut(response: ServerResponse, how: Cut, whole: string): void {
    const packed = how === 'gzip' ? gzipSync(whole) : Buffer.from(whole);
    const half = packed.subarray(0, Math.floor(packed.length / 2));
    const headers = {
      'content-type': 'application/json',
      ...(how === 'gzip' ? { 'content-encoding': 'gzip' } : {}),
    };
    if (how === 'json' || how === 'gzip') {
      response.writeHead(200, headers).end(half);
      return;
    }
    response.writeHead(200, { ...headers, 'content-length': packed.length });
    response.write(half, () => {
      this.after(this.options.breakAfterMs ?? 0, response, () => {
        closeConnection(response, how === 'reset');
      });
    });
  }

  private fail(
    response: ServerResponse,
    behaviour: Extract<ModelBehaviour, { readonly do: 'status' | 'close' | 'hang' }>,
    errorText: string,
  ): void {
    if (behaviour.do === 'close') closeConnection(response, behaviour.reset);
    else if (behaviour.do === 'status') {
      const { status, retryAfter, body } = behaviour;
      const text = { error: errorText, html: '<html><body>Bad gateway</body></html>', empty: '' }[body];
      response.writeHead(status, {
        'content-type': body === 'html' ? 'text/html' : 'application/json',
        ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }),
      });
      response.end(text);
    } else if (behaviour.halfway) {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1_000 });
      response.write('{"half":');
    }
  }
}

function closeConnection({ socket }: ServerResponse, isReset: boolean): void {
  if (isReset) socket?.resetAndDestroy();
  else socket?.destroy();
}

/** Leaves out the headers that differ between a run here and in a process. */
function mirrored({ headers }: IncomingMessage): Readonly<Record<string, unknown>> {
  const { host: _host, connection: _connection, ...rest } = headers;
  return rest;
}

function toAnswer({
  text,
  finish,
  model,
}: {
  readonly text: string;
  readonly finish: 'stop' | 'length' | 'refusal';
  readonly model: string;
}): ProviderAnswer {
  return {
    text,
    model,
    refused: finish === 'refusal',
    finish: finish === 'length' ? 'length' : 'stop',
    tokens: undefined,
    service_tier: undefined,
    cost_usd: undefined,
  };
}

function withUsage(body: unknown, { api, place, write }: Dialect, plan: UsagePlan | null): unknown {
  if (plan === null) return body;
  const whole = body as Readonly<Record<string, unknown>>;
  const usage = write(plan);
  if (api === 'google') return { ...whole, usageMetadata: usage };
  if (place === 'x_groq') return { ...whole, x_groq: { id: 'x', usage } };
  if (place !== 'choice') return { ...whole, usage };
  return { ...whole, choices: (whole['choices'] as object[]).map((choice) => ({ ...choice, usage })) };
}

interface NonsenseAnswer {
  readonly text: string;
  /** What another API reports; the request is paid all the same. */
  readonly plan?: UsagePlan;
}

function nonsense(
  { what, plan }: Extract<ModelBehaviour, { readonly do: 'nonsense' }>,
  { api }: Dialect,
  model: string,
): NonsenseAnswer {
  if (what !== 'foreign') return { text: NONSENSE[what] };
  const dialect = DIALECTS.find((each) => each.api === (api === 'anthropic' ? 'responses' : 'anthropic'));
  if (dialect === undefined) throw new Error('no dialect of another API');
  const foreign = APIS[dialect.api];
  const request = {
    api: foreign.name,
    model,
    prompt: '',
    system: '',
    schema: undefined,
    streams: false,
    as_tool: false,
  };
  const narrow = narrowPlan(plan, dialect);
  const body = foreign.write(toAnswer({ text: 'foreign', finish: 'stop', model }), request);
  return { text: JSON.stringify(withUsage(body, dialect, narrow)), plan: narrow };
}

const NONSENSE: Readonly<Record<Exclude<Nonsense, 'foreign'>, string>> = {
  html: '<!doctype html><html><body>Sign in to continue</body></html>',
  empty: '',
  list: '[1, 2]',
  null: 'null',
  stream: 'data: {"choices": []}\n\ndata: [DONE]\n\n',
  words: 'upstream connect error or disconnect/reset before headers',
  'no-message': '{"base_resp": {"status_code": 1004}, "choices": null}',
};

function parseFields(body: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(body) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
}

function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}

// Sends the test provider's response to one request: an answer or a failure.
import type { ServerResponse } from 'node:http';
import { composeAnswer } from './compose-answer.ts';
import { sendBrokenStream, sendStream } from './send-stream.ts';
import type { Api, ParsedRequest, Behaviour, Script } from './script.ts';

export interface Exchange {
  readonly api: Api;
  readonly request: ParsedRequest;
  readonly response: ServerResponse;
  readonly answers: Script['answers'];
}

type Handlers = {
  readonly [K in Behaviour['do']]: (behaviour: Extract<Behaviour, { do: K }>, turn: Exchange) => void;
};

const HANDLERS: Handlers = {
  answer(behaviour, turn) {
    const { after_ms = 0, after } = behaviour;
    setTimeout(() => {
      if (after === undefined) sendGood(behaviour, turn);
      else
        void after.then(() => {
          sendGood(behaviour, turn);
        });
    }, after_ms).unref();
  },
  refusal: sendGood,
  'broken stream'(behaviour, { api, request, answers, response }) {
    const { text } = behaviour;
    const answer = composeAnswer(request, { do: 'answer', ...(text === undefined ? {} : { text }) }, answers);
    sendBrokenStream(behaviour, { api, answer, request, response });
  },
  status({ status, type, message = `test failure ${String(status)}`, headers }, { api, response }) {
    send(response, status, JSON.stringify(api.error(status, type, message)), headers);
  },
  body({ body, status = 200 }, { response }) {
    send(response, status, JSON.stringify(body));
  },
  text({ text, status = 200, headers }, { response }) {
    send(response, status, text, headers);
  },
  garbage(_behaviour, { response }) {
    send(response, 200, 'Bad gateway, but with status 200');
  },
  empty(_behaviour, { response }) {
    send(response, 200, '');
  },
  half(_behaviour, turn) {
    const whole = goodBody({ do: 'answer' }, turn);
    const { response } = turn;
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(whole),
    });
    response.write(whole.slice(0, whole.length / 2), () => response.destroy());
  },
  hang() {
    // Reads the request and sends nothing.
  },
  reset(_behaviour, { response }) {
    response.destroy();
  },
};

function sendGood(behaviour: Extract<Behaviour, { do: 'answer' | 'refusal' }>, turn: Exchange): void {
  const { api, request, response, answers } = turn;
  if (!request.streams) {
    send(response, 200, goodBody(behaviour, turn));
    return;
  }
  const events = api.stream(composeAnswer(request, behaviour, answers), request);
  const isCut = behaviour.do === 'answer' && behaviour.without_end === true;
  sendStream(response, isCut ? events.slice(0, -1) : events);
}

export function respond(behaviour: Behaviour, turn: Exchange): void {
  const handle = HANDLERS[behaviour.do] as (behaviour: Behaviour, turn: Exchange) => void;
  handle(behaviour, turn);
}

export function send(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(body);
}

function goodBody(
  behaviour: Extract<Behaviour, { do: 'answer' | 'refusal' }>,
  { api, request, answers }: Exchange,
): string {
  return JSON.stringify(api.write(composeAnswer(request, behaviour, answers), request));
}

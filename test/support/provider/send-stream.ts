// Sends server-sent events: each in a write of its own, so that they arrive in parts.
import type { ServerResponse } from 'node:http';
import type { Api, Behaviour, ProviderAnswer, ParsedRequest, StreamEvent } from './script.ts';

export function sendStream(response: ServerResponse, events: readonly StreamEvent[]): void {
  begin(response, events);
  response.end();
}

type Broken = Extract<Behaviour, { do: 'broken stream' }>;

export function sendBrokenStream(
  { after, then, type, status = 529 }: Broken,
  {
    api,
    answer,
    request,
    response,
  }: { api: Api; answer: ProviderAnswer; request: ParsedRequest; response: ServerResponse },
): void {
  begin(response, api.stream(answer, request).slice(0, after));
  switch (then) {
    case 'cut':
      response.write(': the next byte never comes', () => response.destroy());
      return;
    case 'end':
      response.end();
      return;
    case 'hang':
      return;
    case 'garbage':
      response.end('data: {"half\n\n');
      return;
    case 'error':
      response.end(text({ event: 'error', data: api.error(status, type, 'too much at once') }));
      return;
    default:
      then satisfies never;
  }
}

function begin(response: ServerResponse, events: readonly StreamEvent[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  response.flushHeaders();
  for (const event of events) response.write(text(event));
}

function text({ event, data }: StreamEvent): string {
  const name = event === undefined ? '' : `event: ${event}\n`;
  return `${name}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;
}

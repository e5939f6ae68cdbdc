// Reads a stream of server-sent events to the end of an answer. A stream that ends before its answer is a failure.
import { createParser } from 'eventsource-parser';
import { NetworkError } from '../../net/message.ts';
import { JsonNumberError, parseExactJson } from '../../values/exact-json.ts';
import { asFields, type Fields } from '../../values/json-fields.ts';
import type { StreamForm } from './stream-form.ts';

export interface StreamedBody {
  /** What came, as text; for messages. */
  readonly raw: string;
  /** The body of the whole answer, or of an error. Undefined for a stream that is not JSON. */
  readonly body: unknown;
  /** The body with integers that keep their digits. */
  readonly exact: unknown;
}

/** The word that ends streams of chat completions. */
const DONE = '[DONE]';

/** Reports each part of the text. Throws a NetworkError for a stream that breaks off. */
export async function readStream(
  source: AsyncIterable<Uint8Array>,
  form: StreamForm,
  onText: (text: string) => void,
): Promise<StreamedBody> {
  const reader = new StreamReader(form, onText);
  const decoder = new TextDecoder();
  for await (const bytes of source) {
    reader.add(decoder.decode(bytes, { stream: true }));
    if (reader.isEnded) break;
  }
  // An event without the empty line after it counts too.
  if (!reader.isEnded) reader.add(`${decoder.decode()}\n\n`);
  return reader.end();
}

class StreamReader {
  isEnded = false;
  private readonly form: StreamForm;
  private readonly onText: (text: string) => void;
  private readonly texts: string[] = [];
  private readonly chunks: Fields[] = [];
  private error: Fields | undefined;
  private isReadable = true;
  private readonly parser = createParser({
    onEvent: ({ data }) => {
      this.addEvent(data);
    },
  });

  constructor(form: StreamForm, onText: (text: string) => void) {
    this.form = form;
    this.onText = onText;
  }

  add(text: string): void {
    this.parser.feed(text);
  }

  end(): StreamedBody {
    const raw = this.texts.join('\n');
    if (!this.isReadable) return { raw, body: undefined, exact: undefined };
    if (this.error !== undefined) return { raw, body: this.error, exact: this.error };
    const body = this.form.assemble(this.chunks);
    if (body === undefined) throw brokenStreamError();
    return { raw, body, exact: this.form.assemble(this.texts.map(parseExactly)) };
  }

  private addEvent(data: string): void {
    if (this.isEnded || data.trim() === '') return;
    if (data.trim() === DONE) {
      this.isEnded = true;
      return;
    }
    this.texts.push(data);
    const chunk = parseChunk(data);
    if (chunk === undefined) {
      this.isReadable = false;
      this.isEnded = true;
      return;
    }
    this.addChunk(chunk);
  }

  private addChunk(chunk: Fields): void {
    this.error = readError(chunk);
    this.chunks.push(chunk);
    const text = this.form.textOf(chunk);
    if (text !== '') this.onText(text);
    this.isEnded = this.error !== undefined || this.form.isLast(chunk);
  }
}

function parseChunk(data: string): Fields | undefined {
  try {
    return asFields(JSON.parse(data));
  } catch {
    return undefined;
  }
}

function parseExactly(data: string): Fields {
  try {
    return asFields(parseExactJson(data));
  } catch (error) {
    if (error instanceof JsonNumberError) return asFields(JSON.parse(data));
    throw error;
  }
}

/** The body of an error, for a chunk that reports one. */
function readError(chunk: Fields): Fields | undefined {
  const { error, type, code, message } = chunk;
  if (error !== undefined && error !== null) return { error };
  return type === 'error' ? { error: { type: code, code, message } } : undefined;
}

function brokenStreamError(): NetworkError {
  return new NetworkError('the stream ended before the answer did', {
    code: 'STREAM_ENDED',
    wasSent: true,
  });
}

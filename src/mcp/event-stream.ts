// Splits a stream of server-sent events into the data of its events.

/** Yields the data of each event. Throws what the stream throws, and `tooLarge()` beyond `maxLength` characters. */
export async function* readEventData(
  chunks: AsyncIterable<Buffer>,
  { maxLength, tooLarge }: { readonly maxLength: number; readonly tooLarge: () => Error },
): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8');
  let rest = '';
  let data: string[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    const [first = '', ...others] = decoder.decode(chunk, { stream: true }).split('\n');
    rest += first;
    const lines: string[] = [];
    for (const next of others) {
      lines.push(rest);
      rest = next;
    }
    if (rest.length + length > maxLength) throw tooLarge();
    for (const raw of lines) {
      const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
      if (line.startsWith('data:')) {
        data.push(line.slice(line.startsWith('data: ') ? 6 : 5));
        length += line.length;
        if (length > maxLength) throw tooLarge();
      }
      if (line !== '' || data.length === 0) continue;
      yield data.join('\n');
      data = [];
      length = 0;
    }
  }
  // An event that the stream did not finish is dropped, as browsers do.
}

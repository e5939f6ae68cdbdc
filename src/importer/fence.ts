// Finds fenced blocks of Markdown.

export interface Fence {
  readonly info: string;
  readonly body: string;
  /** The index of the line after the block. */
  readonly end: number;
  readonly isClosed: boolean;
}

/** Returns the block that opens in this line. The indent of its fence is removed from its body. */
export function findFence(lines: readonly string[], index: number): Fence | undefined {
  const opening = /^([ \t]*)(`{3,}|~{3,})([^`]*)$/u.exec(lines[index] ?? '');
  if (opening === null) return undefined;
  const [, indent = '', marks = '', info = ''] = opening;
  // A search of the list would begin at its start for each block.
  let end = index + 1;
  while (end < lines.length && !closes(lines[end] ?? '', marks)) end += 1;
  const body = lines.slice(index + 1, end).map((line) => withoutIndent(line, indent.length));
  const isClosed = end < lines.length;
  return { info: info.trim(), body: body.join('\n'), end: isClosed ? end + 1 : end, isClosed };
}

/** A block that opens with more marks may contain fences with fewer. */
function closes(line: string, marks: string): boolean {
  const text = line.trim();
  return text.length >= marks.length && text === (marks[0] ?? '').repeat(text.length);
}

function withoutIndent(line: string, width: number): string {
  let at = 0;
  while (at < width && (line[at] === ' ' || line[at] === '\t')) at += 1;
  return line.slice(at);
}

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
  const opening = /^([ \t]*)(`{3,}|~{3,})[ \t]*([^`]*)$/u.exec(lines[index] ?? '');
  if (opening === null) return undefined;
  const [, indent = '', marks = '', info = ''] = opening;
  const end = lines.findIndex((line, at) => at > index && closes(line, marks));
  const body = lines
    .slice(index + 1, end < 0 ? undefined : end)
    .map((line) => withoutIndent(line, indent.length));
  return {
    info: info.trim(),
    body: body.join('\n'),
    end: end < 0 ? lines.length : end + 1,
    isClosed: end >= 0,
  };
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

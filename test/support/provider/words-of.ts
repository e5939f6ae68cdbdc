// Splits an answer into the parts of a stream: a word and the space after it each, and at least one.

export function wordsOf(text: string): readonly string[] {
  return text.match(/\S*\s*/gu)?.filter((word) => word !== '') ?? [text];
}

// Measures the first sentence of a comment. It is what an editor shows of a function, so it is short.

export const MOST_WORDS = 15;

/** Returns the first sentence of the text of a comment, on one line. A colon ends it too. */
export function firstSentence(comment: string): string {
  const text = comment
    .replaceAll(/^\s*\*(?:\s|$)/gmu, '')
    .replaceAll(/\s+/gu, ' ')
    .trim();
  const end = text.search(/[.;!?](?=\s+[A-Z`"])|:(?=\s)/u);
  return end === -1 ? text : text.slice(0, end + 1);
}

/** Counts the words of a sentence; a sign alone is not a word. */
export function countWords(sentence: string): number {
  return sentence.split(' ').filter((word) => /\w/u.test(word)).length;
}

// Reports long first sentences of docstrings and file headers as an ESLint rule.
import type { Rule } from 'eslint';
import { countWords, firstSentence, MOST_WORDS } from './first-sentence.ts';

type Comment = ReturnType<Rule.RuleContext['sourceCode']['getAllComments']>[number];

export const shortFirstSentence: Rule.RuleModule = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: { long: 'The first sentence has {{words}} words; at most {{most}} (docs/language.md)' },
  },
  create(context) {
    const comments = context.sourceCode.getAllComments();
    const docstrings = comments.filter(({ type, value }) => type === 'Block' && value.startsWith('*'));
    const blocks = [headerOf(comments), ...docstrings.map((comment) => [comment])];
    return {
      Program() {
        for (const block of blocks) {
          const [first] = block;
          const words = countWords(firstSentence(block.map(({ value }) => value).join('\n')));
          if (first?.loc == null || words <= MOST_WORDS) continue;
          const data = { words: String(words), most: String(MOST_WORDS) };
          context.report({ loc: first.loc, messageId: 'long', data });
        }
      },
    };
  },
};

/** Returns the line comments at the top of a file, up to the first gap. */
function headerOf(comments: readonly Comment[]): readonly Comment[] {
  const end = comments.findIndex(({ type, loc }, at) => type !== 'Line' || loc?.start.line !== at + 1);
  return end === -1 ? comments : comments.slice(0, end);
}

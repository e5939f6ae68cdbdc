// ESLint rule: reports words of the list in comments, declared names and, where users read them, texts.
import type { Rule } from 'eslint';
import { readSource, type SourcePart } from './read-source.ts';
import { hitsInName, hitsInText, type Hit } from './word-list.ts';

export interface LanguageRuleOptions {
  /** Also checks strings with a space in them. */
  readonly texts?: boolean;
}

export const languageRule: Rule.RuleModule = {
  meta: {
    type: 'suggestion',
    docs: { description: 'plain technical English; see docs/language.md' },
    schema: [{ type: 'object', properties: { texts: { type: 'boolean' } }, additionalProperties: false }],
    messages: { word: '"{{word}}" in a {{kind}}: write {{instead}} (docs/language.md)' },
  },
  create(context) {
    const { texts = false } = (context.options[0] ?? {}) as LanguageRuleOptions;
    return {
      Program() {
        const { sourceCode, filename } = context;
        for (const part of readSource(filename, sourceCode.text)) {
          if (part.kind === 'text' && !texts) continue;
          for (const { word, instead, offset } of hitsIn(part)) {
            const loc = sourceCode.getLocFromIndex(part.offset + offset);
            context.report({ loc, messageId: 'word', data: { word, kind: part.kind, instead } });
          }
        }
      },
    };
  },
};

function hitsIn({ kind, text }: SourcePart): readonly Hit[] {
  return kind === 'name' ? hitsInName(text) : hitsInText(text);
}

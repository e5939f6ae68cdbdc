// Reports words of the list in comments, names and texts as an ESLint rule.
import { join, relative, sep } from 'node:path';
import type { Rule } from 'eslint';
import type ts from 'typescript';
import { findWords } from './find-words.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** What the parser of `typescript-eslint` has parsed. */
interface ParsedFile {
  readonly esTreeNodeToTSNodeMap: { get(node: unknown): ts.SourceFile };
}

export const plainEnglish: Rule.RuleModule = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: { banned: 'Write plain English: "{{word}}" -> {{instead}} (docs/language.md)' },
  },
  create(context) {
    const { sourceCode, filename } = context;
    const path = relative(ROOT, filename).split(sep).join('/');
    return {
      Program() {
        const { esTreeNodeToTSNodeMap } = sourceCode.parserServices as ParsedFile;
        const source = esTreeNodeToTSNodeMap.get(sourceCode.ast);
        for (const { start, end, word, instead } of findWords(source, path).hits) {
          const loc = { start: sourceCode.getLocFromIndex(start), end: sourceCode.getLocFromIndex(end) };
          context.report({ loc, messageId: 'banned', data: { word, instead } });
        }
      },
    };
  },
};

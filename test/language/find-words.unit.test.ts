import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { findWords } from '../../scripts/language/find-words.ts';

function wordsIn(text: string, path = 'src/sample.ts'): string[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  return findWords(source, path).hits.map(({ place, word }) => `${place}: ${word}`);
}

describe('a word of the list is found', () => {
  test.each([
    ['in a line comment', '// Is told of it.\nlet a = 1;', 'comment: told'],
    ['in a block comment, over two lines', '/**\n * There is\n * none\n */\nlet a = 1;', 'comment: none'],
    ['as a phrase over two line comments', '// unless\n// told\nlet a = 1;', 'comment: unless told'],
    ['in a comment at the end of a line', 'let a = 1; // odd', 'comment: odd'],
    ['as a part of a variable', 'const wantedNames = [];', 'name: wantedNames'],
    ['as a part of a property of a type', 'interface A { readonly toldOf: string }', 'name: toldOf'],
    ['as a part of a function', 'function askModel() {}', 'name: askModel'],
    ['in a text', "const a = 'nobody came';", 'text: nobody'],
    ['in a template, around its values', 'const a = `there is: ${list}`;', 'text: there is:'],
  ])('%s', (_title, text, expected) => {
    expect(wordsIn(text)).toEqual([expected]);
  });

  test('in the title of a test, but not in its other texts', () => {
    const text = "describe.each(rows)('a %s is told', () => { call('it is told'); });";
    expect(wordsIn(text, 'test/sample.test.ts')).toEqual(['text: told']);
  });
});

describe('a harmless word is not found', () => {
  test.each([
    ['part of a longer word', '// A task of the standard understands stdin.\nlet household = 1;'],
    ['an odd number', '// An odd number of quotes.\nlet a = 1;'],
    ['a stand-in', '// A stand-in for the model.\nlet a = 1;'],
    ['the value none', "// Compression 'none' or `none`; none of the files.\nlet a = 1;"],
    ['a name that is only used', 'import { told } from "./told.ts";\ntold();'],
    ['a text without a space', "const a = 'told';"],
    ['code between two comments', '// there is\nlet none = 1;\n// nothing'],
  ])('%s', (_title, text) => {
    expect(wordsIn(text)).toEqual([]);
  });
});

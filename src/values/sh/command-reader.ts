// Reads the quoting of a POSIX shell command. Knows no values: each reference is one NUL character in the text.
import { codeFromStdin, codePlaces, type CodePlace } from './code-words.ts';
import {
  emptyCommand,
  QuoteReader,
  REFERENCE_MARK,
  type Quoting,
  type SimpleCommand,
} from './quote-reader.ts';
import { HERE_STRING, type Word } from './word.ts';

const BLANK: ReadonlySet<string> = new Set([' ', '\t']);
const SEPARATOR: ReadonlySet<string> = new Set([';', '&', '|', '\n', '(', ')']);
/** Ends a word. */
const META = /[;&|\n<>() \t]/u;

const PIPED = 'in text that is piped into a program that runs it';

export interface CommandReading {
  /** One for each reference, in order. */
  readonly quotings: readonly Quoting[];
  /** Place by reference, for those that could become code. */
  readonly problems: ReadonlyMap<number, CodePlace>;
  /** All words with a reference, and here-documents with one, each as a single word. */
  readonly words: readonly Word[];
}

interface HereDocument {
  readonly delimiter: string;
  readonly isQuoted: boolean;
  readonly stripsTabs: boolean;
  readonly command: SimpleCommand;
}

export class CommandReader extends QuoteReader {
  private hereDocuments: HereDocument[] = [];
  private hasCase = false;
  private readonly words: Word[] = [];

  read(): CommandReading {
    this.readCommands(undefined);
    if (!this.isClosed || this.hereDocuments.length > 0) {
      for (const index of this.quotings.keys())
        this.report(index, 'in a command with open quotes or parentheses');
    }
    return { quotings: this.quotings, problems: this.problems, words: this.words };
  }

  protected override readSubstitution(): void {
    const outer = this.command;
    const first = this.quotings.length;
    this.command = emptyCommand();
    // Patterns of `case` end in a parenthesis, which looks like the end of the substitution.
    if (this.readCommands(')')) this.isClosed = false;
    this.command = outer;
    this.close(')');
    for (let index = first; index < this.quotings.length; index += 1) this.addToWord(index);
  }

  /** Returns whether there was a `case`. */
  private readCommands(closing: ')' | undefined): boolean {
    const outerHasCase = this.hasCase;
    this.hasCase = false;
    while (this.at < this.end && this.text[this.at] !== closing) {
      const character = this.text[this.at] ?? '';
      if (BLANK.has(character)) {
        this.endWord();
        this.at += 1;
      } else if (SEPARATOR.has(character)) this.readSeparator(character);
      else if (character === '#' && this.command.word === undefined) this.readComment();
      else if (character === '<' || character === '>') this.readRedirection(character);
      else this.readWordPart(character);
    }
    this.finishCommand();
    const { hasCase } = this;
    this.hasCase = outerHasCase;
    return hasCase;
  }

  private readSeparator(character: string): void {
    const isPipe = character === '|' && this.text[this.at + 1] !== '|' && this.text[this.at - 1] !== '|';
    if (character === '(' && this.text[this.at + 1] === '(') {
      this.finishCommand();
      this.readArithmetic(this.at + 2);
      return;
    }
    const writer = this.command;
    this.finishCommand();
    this.at += 1;
    if (isPipe) {
      this.command.piped = this.quotings.length;
      writer.reader = this.command;
    }
    if (character === '(') this.readSubstitution();
    if (character === '\n') this.readHereDocuments();
  }

  private readWordPart(character: string): void {
    const next = this.text[this.at + 1] ?? '';
    if (character === "'") this.readSingle();
    else if (character === '"') this.readDouble();
    else if (character === '$') this.readDollar(true);
    else if (character === '`') this.readBackticks();
    else if (character === '\\') this.readBackslash(next);
    else if (character === REFERENCE_MARK) this.addReference('unquoted');
    else this.addCharacter(character);
  }

  private readBackslash(next: string): void {
    if (next === REFERENCE_MARK) {
      this.at += 1;
      this.addReference('unquoted', 'behind a backslash');
      return;
    }
    this.at += 1;
    if (next === '\n') this.at += 1;
    else if (this.at < this.end) this.addCharacter(next);
  }

  private readComment(): void {
    while (this.at < this.end && this.text[this.at] !== '\n') {
      if (this.text[this.at] === REFERENCE_MARK) this.quotings.push('unquoted');
      this.at += 1;
    }
  }

  private readRedirection(character: string): void {
    this.endWord();
    if (this.text.startsWith('<<', this.at) && this.text[this.at + 2] !== '<') {
      this.readDelimiter();
      return;
    }
    if (this.text.startsWith('<<<', this.at)) {
      this.at += 3;
      this.command.words.push({ text: HERE_STRING, isDynamic: false, references: [], offsets: [] });
      return;
    }
    this.at += 1;
    while (
      ['>', '&', '|'].includes(this.text[this.at] ?? '') ||
      (character === '<' && this.text[this.at] === '>')
    )
      this.at += 1;
    this.command.isTarget = true;
  }

  private readDelimiter(): void {
    this.at += 2;
    const stripsTabs = this.text[this.at] === '-';
    if (stripsTabs) this.at += 1;
    while (BLANK.has(this.text[this.at] ?? '')) this.at += 1;
    const start = this.at;
    while (this.at < this.end && !META.test(this.text[this.at] ?? '')) {
      if (this.text[this.at] === REFERENCE_MARK)
        this.addReference('double', 'in the delimiter of a here-document');
      else this.at += 1;
    }
    const raw = this.text.slice(start, this.at);
    this.hereDocuments.push({
      delimiter: raw.replaceAll(/["'\\]/gu, ''),
      isQuoted: /["'\\]/u.test(raw),
      stripsTabs,
      command: this.command,
    });
  }

  private readHereDocuments(): void {
    const documents = this.hereDocuments;
    this.hereDocuments = [];
    for (const document of documents) this.readBody(document);
  }

  private readBody({ delimiter, isQuoted, stripsTabs, command }: HereDocument): void {
    const outerEnd = this.end;
    const outer = this.command;
    let lineStart = this.at;
    let next = lineStart;
    for (; lineStart < outerEnd; lineStart = next) {
      const newline = this.text.indexOf('\n', lineStart);
      const lineEnd = newline < 0 || newline >= outerEnd ? outerEnd : newline;
      next = Math.min(lineEnd + 1, outerEnd);
      const line = this.text.slice(lineStart, lineEnd);
      if ((stripsTabs ? line.replace(/^\t+/u, '') : line) === delimiter) break;
    }
    this.end = Math.min(lineStart, outerEnd);
    this.command = emptyCommand();
    const first = this.quotings.length;
    if (isQuoted) {
      while (this.at < this.end) {
        if (this.text[this.at] === REFERENCE_MARK)
          this.addReference('double', 'inside a here-document with a quoted delimiter');
        else this.at += 1;
      }
    } else this.readExpandable(undefined);
    const place = placeOfBody(command);
    if (place !== undefined) {
      for (let index = first; index < this.quotings.length; index += 1) this.report(index, place);
    }
    this.keep(this.command.word);
    this.command = outer;
    this.end = outerEnd;
    this.at = next;
  }

  private endWord(): void {
    const { word, isTarget, words } = this.command;
    if (word === undefined) return;
    if (word.text === 'case' && !word.isDynamic) this.hasCase = true;
    this.keep(word);
    if (!isTarget) words.push(word);
    this.command.word = undefined;
    this.command.isTarget = false;
  }

  private keep(word: Word | undefined): void {
    if (word !== undefined && word.references.length > 0) this.words.push(word);
  }

  private finishCommand(): void {
    this.endWord();
    const { words, piped } = this.command;
    for (const [index, place] of codePlaces(words)) this.report(index, place);
    const fromStdin = codeFromStdin(words);
    if (fromStdin !== undefined) {
      const piping = { ...fromStdin, place: PIPED };
      for (let index = 0; index < piped; index += 1) this.report(index, piping);
    }
    this.command = emptyCommand();
  }
}

/** A here-document reaches the commands behind its own in a pipeline, too. */
function placeOfBody(command: SimpleCommand): CodePlace | undefined {
  const own = codeFromStdin(command.words);
  if (own !== undefined) return own;
  for (let reader = command.reader; reader !== undefined; reader = reader.reader) {
    const place = codeFromStdin(reader.words);
    if (place !== undefined) return { ...place, place: PIPED };
  }
  return undefined;
}

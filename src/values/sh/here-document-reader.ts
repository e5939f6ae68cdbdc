// Reads here-documents: their delimiters where they are announced, and their bodies behind the line.
import { codeFromStdin } from './code-from-stdin.ts';
import type { CodePlace } from './code-words.ts';
import { emptyCommand, QuoteReader, REFERENCE_MARK, type SimpleCommand } from './quote-reader.ts';
import { BLANK, type Word } from './word.ts';

/** Ends a word. */
const META = /[;&|\n<>() \t]/u;

/** Where references are that a program runs at the end of a pipeline. */
export const PIPED = 'in text that is piped into a program that runs it';

interface HereDocument {
  readonly delimiter: string;
  readonly isQuoted: boolean;
  readonly stripsTabs: boolean;
  readonly command: SimpleCommand;
}

export abstract class HereDocumentReader extends QuoteReader {
  private hereDocuments: HereDocument[] = [];

  /** Takes a body with its place, if it becomes code. */
  protected abstract keepBody(body: Word, command: SimpleCommand, place: CodePlace | undefined): void;

  /** Whether the end of the text comes before the body of one. */
  protected get hasOpenDocuments(): boolean {
    return this.hereDocuments.length > 0;
  }

  protected readDelimiter(): void {
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

  protected readHereDocuments(): void {
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
    if (this.command.word !== undefined) this.keepBody(this.command.word, command, place);
    this.command = outer;
    this.end = outerEnd;
    this.at = next;
  }
}

/** A longer pipeline of a here-document is not followed to its end. */
const LONGEST_PIPELINE = 50;

/** A here-document reaches the commands behind its own in a pipeline, too. */
function placeOfBody(command: SimpleCommand): CodePlace | undefined {
  const own = codeFromStdin(command.words);
  if (own !== undefined) return own;
  let { reader } = command;
  for (let length = 0; reader !== undefined; length += 1) {
    const place = codeFromStdin(reader.words);
    if (place !== undefined || length === LONGEST_PIPELINE) return { ...place, place: PIPED };
    ({ reader } = reader);
  }
  return undefined;
}

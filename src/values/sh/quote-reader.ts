// Reads what has quoting of its own inside a shell command: quotes, `$…`, backticks, arithmetic.
import { Calculations } from './calculations.ts';
import type { CodePlace } from './code-words.ts';
import { emptyWord, type Opening, type Word } from './word.ts';

/** Marks a reference in the text of a command, which cannot hold a NUL otherwise. */
export const REFERENCE_MARK = '\0';

export type Quoting = 'unquoted' | 'double' | 'single';

export interface SimpleCommand {
  readonly words: Word[];
  word: Word | undefined;
  /** What is noted of its words when it has been read. */
  openings?: readonly Opening[];
  /** The next word is the target of a redirection. */
  isTarget: boolean;
  /** How many references come before this command, where it reads the output of others. */
  piped: number;
  /** The command that reads its output. */
  reader?: SimpleCommand;
  /** Names of files that it reads from stdin, and of those that it writes. */
  readonly inputs: Word[];
  readonly targets: Word[];
  /** The target that is read next is an input. */
  isInput?: boolean;
  /** The next word is the number of one that was opened before: `<&3`. */
  isDescriptor?: boolean;
}

/** No command that a person reads is nested more deeply. */
const DEEPEST = 100;

/** Characters that mean nothing outside of quotes, in single quotes, and where only expansions count. */
export const PLAIN = /[\w./:,%@^~+=-]+/uy;
const PLAIN_IN_SINGLE = /[^'\0]+/uy;
const PLAIN_IN_DOUBLE = /[^"$`\\\0]+/uy;

/** A variable or a positional parameter. Names that are longer than any that a person writes are cut. */
const EXPANSION = /\$\{?[!#]?([A-Za-z_]\w{0,200}|[\d@*])/uy;

export abstract class QuoteReader {
  protected readonly text: string;
  protected at = 0;
  /** Where reading ends; before the end of the text while a here-document is read. */
  protected end: number;
  protected command: SimpleCommand = emptyCommand();
  protected readonly quotings: Quoting[] = [];
  protected readonly problems = new Map<number, CodePlace>();
  /** Is false if a quote or parenthesis is open, or its end uncertain. */
  protected isClosed = true;
  private depth = 0;

  private readonly calculations: Calculations;

  constructor(text: string) {
    this.text = text;
    this.calculations = new Calculations(text);
    this.end = text.length;
  }

  /** Reads commands up to a closing parenthesis, and that. */
  protected abstract readSubstitution(): void;

  /** Takes note of a text that the shell calculates, and that may name variables. */
  protected abstract useCalculation(text: string | undefined): void;

  /** Names of all variables that were expanded, in order. */
  protected readonly expanded: string[] = [];

  protected readBackslash(next: string): void {
    if (next === REFERENCE_MARK) {
      this.at += 1;
      this.addReference('unquoted', 'behind a backslash');
      return;
    }
    this.at += 1;
    if (next === '\n') this.at += 1;
    else if (this.at < this.end) this.addCharacter(next);
  }

  protected readComment(): void {
    while (this.at < this.end && this.text[this.at] !== '\n') {
      if (this.text[this.at] === REFERENCE_MARK) this.quotings.push('unquoted');
      this.at += 1;
    }
  }

  protected readSingle(): void {
    this.at += 1;
    wordOf(this.command);
    while (this.at < this.end && this.text[this.at] !== "'") {
      if (this.text[this.at] === REFERENCE_MARK) this.addReference('single');
      else this.addRun(PLAIN_IN_SINGLE);
    }
    this.close("'");
  }

  protected readDouble(): void {
    this.at += 1;
    wordOf(this.command);
    this.readExpandable('"');
    this.close('"');
  }

  /** Text in which only `$`, backticks and backslashes are special, up to `closing` or the end. */
  protected readExpandable(closing: string | undefined): void {
    while (this.at < this.end && this.text[this.at] !== closing) {
      const character = this.text[this.at] ?? '';
      if (character === '$') this.readDollar(false);
      else if (character === '`') this.readBackticks();
      else if (character === '\\') {
        this.at += 1;
        if (this.text[this.at] === REFERENCE_MARK) this.addReference('double', 'behind a backslash');
        else if (this.at < this.end) this.addCharacter(this.text[this.at] ?? '');
      } else if (character === REFERENCE_MARK) this.addReference('double');
      else this.addRun(PLAIN_IN_DOUBLE);
    }
  }

  protected readDollar(isUnquoted: boolean): void {
    const next = this.text[this.at + 1] ?? '';
    wordOf(this.command).isDynamic = true;
    this.addVariable(isUnquoted);
    if (next === '(' && this.text[this.at + 2] === '(') this.readArithmetic(this.at + 3);
    else if (next === '(') {
      if (isUnquoted) wordOf(this.command).isSplit = true;
      this.at += 2;
      this.readNested(() => {
        this.readSubstitution();
      });
    } else if (next === '{') {
      this.readNested(() => {
        this.readParameter(isUnquoted);
      });
    } else if (next === "'" && isUnquoted) this.readAnsiQuotes();
    else {
      this.addCharacter('$');
      if (next === REFERENCE_MARK)
        this.addReference(isUnquoted ? 'unquoted' : 'double', 'behind a dollar sign');
      // `$$` is the process id: its second dollar sign begins nothing.
      else if (next === '$') this.addCharacter('$');
    }
  }

  /** Notes the variable whose expansion begins here. */
  private addVariable(isUnquoted: boolean): void {
    EXPANSION.lastIndex = this.at;
    const name = EXPANSION.exec(this.text)?.[1];
    if (name === undefined) return;
    const word = wordOf(this.command);
    if (this.text.startsWith('${!', this.at)) word.variables.push('!');
    word.variables.push(name);
    if (isUnquoted) word.isSplit = true;
    this.expanded.push(name);
  }

  /** Each level is a call of a function, and calls have a limit. */
  protected readNested(read: () => void): void {
    if (this.depth < DEEPEST) {
      this.depth += 1;
      read();
      this.depth -= 1;
      return;
    }
    this.isClosed = false;
    while (this.at < this.end) {
      if (this.text[this.at] === REFERENCE_MARK)
        this.addReference('double', 'in a command that is nested too deeply');
      else this.at += 1;
    }
  }

  protected readParameter(isUnquoted: boolean): void {
    this.useCalculation(this.calculations.inParameter(this.at));
    this.at += 2;
    while (this.at < this.end && this.text[this.at] !== '}') {
      const character = this.text[this.at] ?? '';
      if (character === REFERENCE_MARK) this.addReference('double', 'inside ${…} of the shell');
      else if (character === '\\') this.at += this.text[this.at + 1] === REFERENCE_MARK ? 1 : 2;
      else if (character === '"') this.readDouble();
      else if (character === "'" && isUnquoted) this.readSingle();
      else if (character === '$') this.readDollar(isUnquoted);
      else if (character === '`') this.readBackticks();
      else this.at += 1;
    }
    this.close('}');
  }

  protected readAnsiQuotes(): void {
    this.at += 2;
    this.skipTo("'", "inside $'…'");
  }

  protected readBackticks(): void {
    this.at += 1;
    wordOf(this.command).isDynamic = true;
    this.skipTo('`', 'inside backticks');
  }

  /** Reads up to a closing character without interpreting the content. A backslash hides the next character. */
  protected skipTo(closing: string, place: string): void {
    while (this.at < this.end && this.text[this.at] !== closing) {
      if (this.text[this.at] === '\\' && this.text[this.at + 1] !== REFERENCE_MARK) this.at += 1;
      if (this.text[this.at] === REFERENCE_MARK) this.addReference('double', place);
      else this.at += 1;
    }
    this.close(closing);
  }

  protected readArithmetic(from: number): void {
    this.at = from;
    for (let depth = 2; this.at < this.end && depth > 0;) {
      const character = this.text[this.at] ?? '';
      if (character === REFERENCE_MARK) {
        this.addReference('double', 'inside arithmetic');
        continue;
      }
      if (character === '(') depth += 1;
      if (character === ')') depth -= 1;
      // Not arithmetic but a subshell inside a substitution.
      if (character === "'" || character === '"') this.isClosed = false;
      this.at += 1;
    }
    if (this.at >= this.end && this.text[this.at - 1] !== ')') this.isClosed = false;
    this.useCalculation(this.text.slice(from, this.at));
  }

  protected addCharacter(character: string): void {
    wordOf(this.command).text += character;
    this.at += 1;
  }

  /** Takes the characters of a pattern that begins here, or one. */
  protected addRun(pattern: RegExp): void {
    pattern.lastIndex = this.at;
    const end = pattern.test(this.text) ? Math.min(pattern.lastIndex, this.end) : this.at + 1;
    wordOf(this.command).text += this.text.slice(this.at, end);
    this.at = end;
  }

  /** Takes the reference at the current position. */
  protected addReference(quoting: Quoting, problem?: string): void {
    const index = this.quotings.length;
    this.quotings.push(quoting);
    this.addToWord(index);
    if (problem !== undefined) this.report(index, problem);
    this.at += 1;
  }

  protected addToWord(index: number): void {
    const word = wordOf(this.command);
    word.references.push(index);
    word.offsets.push(word.text.length);
    word.isDynamic = true;
  }

  protected report(index: number, found: string | CodePlace): void {
    const place = typeof found === 'string' ? { place: found } : found;
    if (!this.problems.has(index)) this.problems.set(index, place);
  }

  protected close(closing: string): void {
    if (this.text[this.at] === closing && this.at < this.end) this.at += 1;
    else this.isClosed = false;
  }
}

export function emptyCommand(): SimpleCommand {
  return { words: [], word: undefined, isTarget: false, piped: 0, inputs: [], targets: [] };
}

export function wordOf(command: SimpleCommand): Word {
  command.word ??= emptyWord();
  return command.word;
}

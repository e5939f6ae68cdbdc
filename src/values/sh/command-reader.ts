// Reads the quoting of a POSIX shell command. Knows no values: each reference is one NUL character in the text.
import { CodeFlow } from './code-flow.ts';
import { codeFromStdin, givenArguments, passesStdin } from './code-from-stdin.ts';
import { codeWordsOf, programsIn, type CodePlace } from './code-words.ts';
import { calculatedNames } from './calculations.ts';
import { CommandGroups } from './command-groups.ts';
import { HereDocumentReader, PIPED } from './here-document-reader.ts';
import {
  emptyCommand,
  PLAIN,
  wordOf,
  REFERENCE_MARK,
  type Quoting,
  type SimpleCommand,
} from './quote-reader.ts';
import { openingsOf } from './option-values.ts';
import {
  ASSIGNMENT,
  BLANK,
  emptyWord,
  HERE_STRING,
  isDescriptor,
  openedFile,
  type CodeWords,
  type Opening,
  type Word,
} from './word.ts';

const SEPARATOR: ReadonlySet<string> = new Set([';', '&', '|', '\n', '(', ')']);

export interface CommandReading {
  /** One for each reference, in order. */
  readonly quotings: readonly Quoting[];
  /** Place by reference, for those that could become code. */
  readonly problems: ReadonlyMap<number, CodePlace>;
  /** All words with a reference, and here-documents with one, each as a single word. */
  readonly words: readonly Word[];
  readonly openings: readonly Opening[];
}

export class CommandReader extends HereDocumentReader {
  private hasCase = false;
  /** Number of references, from the first one, piped into a program that runs them. */
  private runByPipe = 0;
  /** How many commands passed on their stdin. */
  private readers = 0;
  private groups = new CommandGroups(0);
  private readonly words: Word[] = [];
  private readonly openings: Opening[] = [];
  private readonly flow: CodeFlow;
  private readonly level: number;

  /** `flow`, `level`: of the command that runs this one. */
  constructor(text: string, flow = new CodeFlow(), level = 0) {
    super(text);
    this.flow = flow;
    this.level = level;
  }

  read(): CommandReading {
    this.readCommands(undefined);
    if (this.level === 0) {
      this.readVariableCommands();
      this.flow.resolve(this.quotings.length, (reference, place) => {
        this.report(reference, place);
      });
    }
    if (!this.isClosed || this.hasOpenDocuments) {
      for (const index of this.quotings.keys())
        this.report(index, 'in a command with open quotes or parentheses');
    }
    return { quotings: this.quotings, problems: this.problems, words: this.words, openings: this.openings };
  }

  /** `e=eval; $e …`: what a command does whose words are in variables that it sets itself. */
  private readVariableCommands(): void {
    for (const words of this.flow.commandsByText()) for (const code of codeWordsOf(words)) this.addCode(code);
  }

  protected override readSubstitution(piped = 0): void {
    const outer = this.command;
    const first = this.quotings.length;
    const firstExpanded = this.expanded.length;
    const { readers, groups } = this;
    this.groups = new CommandGroups(piped);
    this.command = this.nextCommand();
    // Patterns of `case` end in a parenthesis, which looks like the end of the substitution.
    if (this.readCommands(')')) this.isClosed = false;
    this.groups = groups;
    this.command = outer;
    this.close(')');
    for (let index = first; index < this.quotings.length; index += 1) this.addToWord(index);
    if (outer.word === undefined) return;
    outer.word.holdsCommand = true;
    for (const name of this.expanded.slice(firstExpanded)) outer.word.variables.push(name);
    if (this.readers > readers) outer.word.takesStdin = true;
  }

  /** Reads `<(…)` and `>(…)`, which are the name of a pipe. */
  private readProcess(character: string): void {
    const word = wordOf(this.command);
    word.isDynamic = true;
    word.isProcess = true;
    this.at += 2;
    this.readNested(() => {
      this.readSubstitution(character === '>' ? this.quotings.length : 0);
    });
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
    const { word } = this.command;
    if (character === '(' && word !== undefined) {
      if (this.text[this.at + 1] === ')') this.flow.defineFunction(word.text);
      else if (ASSIGNMENT.test(word.text)) {
        this.at += 1;
        this.readNested(() => {
          this.readSubstitution();
        });
        return;
      }
    }
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
    if (character === '(') {
      this.readNested(() => {
        this.readSubstitution(writer.piped);
      });
    }
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
    else this.addRun(PLAIN);
  }

  private readRedirection(character: string): void {
    // The number of the descriptor is no word of the command: `sh 2>f` runs what it reads.
    if (isDescriptor(this.command.word, this.text[this.at - 1])) this.command.word = undefined;
    this.endWord();
    if (this.text[this.at + 1] === '(') {
      this.readProcess(character);
      return;
    }
    if (this.text.startsWith('<<', this.at) && this.text[this.at + 2] !== '<') {
      this.readDelimiter();
      return;
    }
    if (this.text.startsWith('<<<', this.at)) {
      this.at += 3;
      this.command.words.push(emptyWord(HERE_STRING));
      return;
    }
    this.at += 1;
    while (
      ['>', '&', '|'].includes(this.text[this.at] ?? '') ||
      (character === '<' && this.text[this.at] === '>')
    )
      this.at += 1;
    this.command.isTarget = true;
    this.command.isInput = character === '<';
    this.command.isDescriptor = character === '<' && this.text[this.at - 1] === '&';
  }

  private endWord(): void {
    const { word, isTarget, words, inputs, targets, isDescriptor: isOpened } = this.command;
    if (word === undefined) return;
    if (word.text === 'case' && !word.isDynamic) this.hasCase = true;
    this.keep(word);
    if (!isTarget) words.push(word);
    else if (this.command.isInput === true) inputs.push(isOpened === true ? openedFile(word) : word);
    else targets.push(word);
    this.command.word = undefined;
    this.command.isTarget = false;
  }

  private keep(word: Word | undefined): void {
    if (word !== undefined && word.references.length > 0) this.words.push(word);
  }

  private finishCommand(): void {
    this.endWord();
    const { words, inputs, piped } = this.command;
    this.flow.addCommand(this.command);
    if (this.level === 0) {
      this.command.openings = openingsOf(this.command);
      this.openings.push(...this.command.openings);
    }
    if (passesStdin(this.command)) this.readers += 1;
    const programs = programsIn(words);
    for (const code of codeWordsOf(words, programs)) this.addCode(code);
    const fromStdin = codeFromStdin(words, programs);
    if (fromStdin !== undefined) {
      const given = givenArguments(words);
      for (const input of [...inputs, ...given.files]) this.addFile(input, fromStdin);
      for (const word of given.words) this.addCodeWord(word, fromStdin);
      const piping = { ...fromStdin, place: PIPED };
      for (; this.runByPipe < piped; this.runByPipe += 1) this.report(this.runByPipe, piping);
    }
    this.groups.count(words, piped);
    this.command = this.nextCommand();
  }

  private nextCommand(): SimpleCommand {
    return { ...emptyCommand(), piped: this.groups.piped };
  }

  protected override useCalculation(text: string | undefined): void {
    // `sh` itself does not run what is in a variable of a calculation; bash does.
    if (text === undefined || this.level === 0) return;
    for (const name of calculatedNames(text)) this.flow.useVariable(name, { place: 'inside arithmetic' });
  }

  protected override keepBody(
    word: Word,
    { targets, openings = [] }: SimpleCommand,
    place: CodePlace | undefined,
  ): void {
    this.keep(word);
    const stdin = word.references.at(-1);
    if (stdin !== undefined) for (const opening of openings) opening.stdin = stdin;
    for (const target of targets) this.flow.writeFile(target, word);
    if (place !== undefined) for (const name of word.variables) this.flow.useVariable(name, place);
  }

  private addCode({ words, files = [], isShell = false, parameters = [], ...place }: CodeWords): void {
    for (const word of words) this.addCodeWord(word, place);
    if (isShell && this.level < DEEPEST_SCRIPT) this.readScript(words.map(({ text }) => text).join(' '));
    this.flow.giveParameters(parameters);
    for (const file of files) this.addFile(file, place);
  }

  private readScript(text: string): void {
    if (/[\s$<]/u.test(text) && this.flow.addScript(text))
      new CommandReader(text, this.flow, this.level + 1).read();
  }

  private addCodeWord({ references, variables }: Word, place: CodePlace): void {
    for (const index of references) this.report(index, place);
    for (const name of variables) this.flow.useVariable(name, place);
  }

  private addFile(file: Word, place: CodePlace): void {
    if (file.isProcess === true) this.addCodeWord(file, place);
    else this.flow.useFile(file, place);
  }
}

/** How deeply scripts inside scripts are read. */
const DEEPEST_SCRIPT = 5;

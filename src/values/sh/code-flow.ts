// Follows references through variables, arguments and files of a command to code.
import type { CodePlace } from './code-words.ts';
import type { SimpleCommand } from './quote-reader.ts';
import { ASSIGNMENT, emptyWord, GROUP_END, programAt, programName, type Word } from './word.ts';

/** What a variable or a file may hold. */
interface Source {
  readonly references: number[];
  readonly names: string[];
  /** May hold any reference of the command, since it comes from stdin. */
  hasAll: boolean;
}

interface Use {
  readonly name: string;
  readonly place: CodePlace;
}

const NAME = /^[A-Za-z_]\w*$/u;
/** A file that an earlier command opened. */
const OTHER_FILE = /^\/(?:dev|proc\/self)\/fd\/[3-9]$/u;
/** All positional parameters; and a variable whose name is in another one. */
const PARAMETERS = '@';
const INDIRECT = '!';
/** Holds the positional parameters. */
const GIVEN: Word = { ...emptyWord(), variables: [PARAMETERS] };
const COMMAND_WORDS = 'in words that become a command';
/** The shell evaluates what is between the brackets. */
const SUBSCRIPT = /^\w+\[/u;
/** Programs run what these variables hold as a command. */
const COMMAND_VARIABLE =
  /^(?:GIT_(?:SSH|SSH_COMMAND|EDITOR|PAGER|SEQUENCE_EDITOR|EXTERNAL_DIFF|PROXY_COMMAND|ASKPASS|CONFIG_PARAMETERS)|EDITOR|VISUAL|\w*PAGER|LESSOPEN|LESSCLOSE|PROMPT_COMMAND|PS[0124]|BROWSER|RSYNC_RSH|CVS_RSH|(?:SSH|SUDO)_ASKPASS|PERL5OPT|PERL5DB|RUBYOPT|NODE_OPTIONS|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|PYTHONSTARTUP|LD_(?:PRELOAD|AUDIT)|FZF_DEFAULT_(?:COMMAND|OPTS)|TAR_OPTIONS|MAKEFLAGS|BASH_ENV|ENV)$/u;

export class CodeFlow {
  private readonly sources = new Map<string, Source>([
    [INDIRECT, { references: [], names: [], hasAll: true }],
  ]);
  private readonly uses: Use[] = [];
  /** How many commands write files or run one of their words. */
  private commands = 0;
  private readonly scripts = new Set<string>();
  private readonly functions = new Set<string>();
  /** Texts that the command gives variables. The other one: commands with a variable as a word. */
  private readonly literals = new Map<string, Set<string>>();
  private readonly variableCommands: (readonly Word[])[] = [];
  private readonly calls: { readonly name: string; readonly words: readonly Word[] }[] = [];
  /**
   * What words of the shell do with the words behind them. One table for all flows: there is a flow for each command.
   */
  private static readonly ASSIGNING: Readonly<
    Record<string, (flow: CodeFlow, after: readonly Word[]) => void>
  > = {
    for: (flow, after) => {
      flow.addLoop(after);
    },
    select: (flow, after) => {
      flow.addLoop(after);
    },
    read: (flow, after) => {
      flow.addRead(after);
    },
    mapfile: (flow, after) => {
      flow.addRead(after);
    },
    readarray: (flow, after) => {
      flow.addRead(after);
    },
    set: (flow, after) => {
      flow.giveParameters(after);
    },
    function: (flow, [name]) => {
      if (name !== undefined) flow.defineFunction(name.text);
    },
    getopts: (flow, [, name]) => {
      if (name !== undefined) flow.assign(name.text, GIVEN);
    },
    printf: (flow, [option, name, ...values]) => {
      if (option?.text === '-v' && name !== undefined) flow.assignAll(name.text, values);
    },
  };

  /** Returns whether a script was not read before. */
  addScript(text: string): boolean {
    const { size } = this.scripts;
    return this.scripts.add(text).size > size;
  }

  defineFunction(name: string): void {
    this.functions.add(name);
  }

  /** The content of a variable becomes code. */
  useVariable(name: string, { place, advice }: CodePlace): void {
    const by = `${place} by way of ${name === INDIRECT ? 'another variable' : `$${name}`}`;
    this.uses.push({
      name: keyOf(name),
      place: advice === undefined ? { place: by } : { place: by, advice },
    });
  }

  /** The content of a file becomes code. */
  useFile({ text }: Word, { place }: CodePlace): void {
    if (text !== '') this.uses.push({ name: fileKey(text), place: { place: `${place} by way of a file` } });
  }

  giveParameters(words: readonly Word[]): void {
    this.assignAll(PARAMETERS, words);
  }

  writeFile({ text }: Word, content: Word): void {
    this.assign(fileKey(text), content);
  }

  /** Takes note of what a command assigns, writes and calls. */
  addCommand(command: SimpleCommand): void {
    const { words } = command;
    const at = programAt(words);
    for (const word of words) {
      const name = word.isDynamic || word.text.includes('=') ? ASSIGNMENT.exec(word.text)?.[1] : undefined;
      if (name === undefined) continue;
      this.assign(name, word);
      if (COMMAND_VARIABLE.test(name)) this.useVariable(name, { place: 'in a command that programs run' });
    }
    if (words.some(isVariable)) this.variableCommands.push(words);
    const program = words[at];
    if (program !== undefined) this.addProgram(program, words.slice(at + 1));
    this.addFiles(command, program);
  }

  /** Commands with words that are variables, with the texts that the command gave these. More may come meanwhile. */
  *commandsByText(): Generator<readonly Word[]> {
    for (let words = this.variableCommands.pop(); words !== undefined; words = this.variableCommands.pop()) {
      const texts = words.map((word) => this.textsOf(word));
      if (texts.every((given) => given.length === 0)) continue;
      const most = texts.reduce((product, { length }) => Math.min(product * (length + 1), MOST_VARIANTS), 1);
      for (let variant = 1; variant < most; variant += 1) yield wordsOf(words, texts, variant);
    }
  }

  private textsOf(word: Word): readonly string[] {
    return isVariable(word) ? [...(this.literals.get(keyOf(word.variables[0] ?? '')) ?? [])] : [];
  }

  /** Reports each reference that reaches a place where it becomes code. `count`: how many there are. */
  resolve(count: number, report: (reference: number, place: CodePlace) => void): void {
    for (const { name, words } of this.calls) if (this.functions.has(name)) this.giveParameters(words);
    const seen = new Set<string>();
    let hasAll = false;
    for (const { name, place } of this.uses) {
      for (const source of this.sourcesFrom(name, seen)) {
        for (const reference of source.references) report(reference, place);
        if (!source.hasAll || hasAll) continue;
        hasAll = true;
        for (let index = 0; index < count; index += 1) report(index, place);
      }
    }
  }

  /** All sources that reach a name, but those already seen. */
  private *sourcesFrom(name: string, seen: Set<string>): Generator<Source> {
    const open = [name];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const source = seen.has(next) ? undefined : this.sources.get(next);
      seen.add(next);
      if (source === undefined) continue;
      yield source;
      for (const other of source.names) open.push(other);
    }
  }

  private addProgram(program: Word, after: readonly Word[]): void {
    const { text } = program;
    if (program.isSplit === true) {
      this.useWord(program, COMMAND_WORDS);
    }
    if (SUBSCRIPT.test(text)) this.useWord(program, 'inside arithmetic');
    const [option, variable] = after;
    if (/^(?:test|\[|\[\[)$/u.test(text) && option?.text === '-v' && variable !== undefined)
      this.useWord(variable, 'inside arithmetic');
    if (text.includes('/')) this.useFile(program, { place: 'in a script' });
    const assigning = Object.hasOwn(CodeFlow.ASSIGNING, text) ? CodeFlow.ASSIGNING[text] : undefined;
    if (assigning !== undefined) assigning(this, after);
    else if (after.some(({ isDynamic }) => isDynamic)) this.calls.push({ name: text, words: after });
  }

  /** The word itself becomes code. */
  private useWord(word: Word, place: string): void {
    for (const name of word.variables) this.useVariable(name, { place });
    if (word.references.length === 0) return;
    this.commands += 1;
    const name = `/ ${String(this.commands)}`;
    this.assign(name, word);
    this.uses.push({ name, place: { place } });
  }

  private addRead(after: readonly Word[]): void {
    for (const { text } of after) if (NAME.test(text)) this.sourceOf(text).hasAll = true;
  }

  /** `for a in b c`; without `in` over the positional parameters. */
  private addLoop([name, ...rest]: readonly Word[]): void {
    if (name === undefined) return;
    this.assignAll(name.text, rest.length === 0 ? [GIVEN] : rest.slice(1));
  }

  private addFiles({ words, targets, piped }: SimpleCommand, program: Word | undefined): void {
    const name = program === undefined ? '' : programName(program);
    const files = name === 'tee' ? [...targets, ...words] : targets;
    if (files.length === 0) return;
    this.commands += 1;
    const content = `/ ${String(this.commands)}`;
    if (piped > 0 || name === 'tee' || words.some(({ text }) => GROUP_END.test(text)))
      this.sourceOf(content).hasAll = true;
    else this.assignAll(content, words);
    for (const file of files) this.sourceOf(fileKey(file.text)).names.push(content);
  }

  private assignAll(name: string, words: readonly Word[]): void {
    if (name === PARAMETERS && words.every(({ isDynamic }) => !isDynamic))
      this.addLiteral(name, words.map(({ text }) => text).join(' '));
    for (const word of words) this.assign(name, word);
  }

  private addLiteral(name: string, text: string): void {
    const texts = this.literals.get(name) ?? new Set();
    if (texts.size < MOST_VARIANTS) this.literals.set(name, texts.add(text));
  }

  private assign(name: string, { text, isDynamic, references, variables, takesStdin = false }: Word): void {
    if (!isDynamic && !name.startsWith('/')) this.addLiteral(keyOf(name), text.replace(ASSIGNMENT, ''));
    if (references.length === 0 && variables.length === 0 && !takesStdin) return;
    const source = this.sourceOf(keyOf(name));
    for (const reference of references) source.references.push(reference);
    for (const variable of variables) source.names.push(keyOf(variable));
    source.hasAll ||= takesStdin;
  }

  private sourceOf(name: string): Source {
    const known = this.sources.get(name);
    if (known !== undefined) return known;
    const source = { references: [], names: [], hasAll: false };
    this.sources.set(name, source);
    return source;
  }
}

/** No command that a person reads has more of them. */
const MOST_VARIANTS = 50;

/** Whether the word is a variable and nothing else. */
function isVariable({ text, variables, references }: Word): boolean {
  const [name] = variables;
  return variables.length === 1 && references.length === 0 && (text === '' || text === `$${name ?? ''}`);
}

/** A variant is one choice for each word: itself, or one of its texts. */
function wordsOf(
  words: readonly Word[],
  texts: readonly (readonly string[])[],
  variant: number,
): readonly Word[] {
  let rest = variant;
  return words.flatMap((word, index) => {
    const given = texts[index] ?? [];
    const text = given[(rest % (given.length + 1)) - 1];
    rest = Math.floor(rest / (given.length + 1));
    if (text === undefined) return [word];
    const isList = word.isSplit === true || keyOf(word.variables[0] ?? '') === PARAMETERS;
    return (isList ? text.split(/\s+/u) : [text]).map((part) => emptyWord(part));
  });
}

function keyOf(name: string): string {
  return /^(?:\d|\*)$/u.test(name) ? PARAMETERS : name;
}

/** No variable has a name with a slash. */
function fileKey(path: string): string {
  return OTHER_FILE.test(path) ? INDIRECT : `/${path.replace(/^(?:\.\/)+/u, '')}`;
}

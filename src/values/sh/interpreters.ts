// Finds the words that programs other than shells read as code: `python3 -c`, `awk`, `sed`, `jq`, `psql -c`.
import { present } from '../present.ts';
import { HERE_STRING, programName, type CodeWords, type Word } from './word.ts';

interface Interpreter {
  readonly program: RegExp;
  /** Options whose next word is code, or whose value after `=` is. */
  readonly code: RegExp;
  /** All words after such an option are code. */
  readonly takesRest?: boolean;
  /** Which word that is no option is code; 0 is the first one. Not if an option holds code. */
  readonly operand?: number;
  /** Options that name a file with code: then no operand is code. */
  readonly file?: RegExp;
  /** Options that take the next word, and those that take the next two. */
  readonly values?: RegExp;
  readonly pairs?: RegExp;
  /** What comes on stdin is code, unless an option or an operand holds some. */
  readonly readsStdin?: boolean;
  /** How the code reads the variable `NAME`. */
  readonly read?: string;
  /** What to do where the code cannot read variables; `TEMPLATE` is the text of the value. */
  readonly instead?: string;
  /** How many operands name what the code from stdin is for, such as a database. */
  readonly targets?: number;
}

const NO_OPTION = /(?!)/u;
const BOUND = 'give TEMPLATE as an argument to a program that binds it to the statement';

const INTERPRETERS: readonly Interpreter[] = [
  {
    program: /^(?:su|flock|script)$/u,
    code: /^(?:-[a-zA-Z]*c|--command|--session-command)$/u,
    read: '"$NAME"',
  },
  {
    program: /^(?:python|pypy)[\d.]*$/u,
    code: /^-[a-zA-Z]*c$/u,
    read: 'os.environ["NAME"]',
    readsStdin: true,
  },
  { program: /^perl[\d.]*$/u, code: /^-[a-zA-Z\d.]*[eE]$/u, read: '$ENV{NAME}', readsStdin: true },
  { program: /^(?:ruby|jruby)[\d.]*$/u, code: /^-[a-zA-Z\d.]*e$/u, read: 'ENV["NAME"]', readsStdin: true },
  { program: /^lua[\d.]*$/u, code: /^-e$/u, read: 'os.getenv("NAME")', readsStdin: true },
  { program: /^osascript$/u, code: /^-e$/u, read: 'system attribute "NAME"', readsStdin: true },
  { program: /^(?:Rscript|R)$/u, code: /^-e$/u, read: 'Sys.getenv("NAME")', readsStdin: true },
  { program: /^julia$/u, code: /^(?:-[eE]|--eval|--print)$/u, read: 'ENV["NAME"]', readsStdin: true },
  { program: /^(?:elixir|iex)$/u, code: /^(?:-e|--eval|--rpc-eval)$/u, read: 'System.get_env("NAME")' },
  { program: /^(?:ghc|expect|tclsh)$/u, code: /^-[ec]$/u, readsStdin: true },
  {
    program: /^(?:node|nodejs|deno|bun|tsx|ts-node)$/u,
    code: /^(?:-e|-p|-pe|--eval|--print|eval)$/u,
    read: 'process.env.NAME',
    readsStdin: true,
  },
  { program: /^php[\d.]*$/u, code: /^-[rBRE]$/u, read: 'getenv("NAME")', readsStdin: true },
  {
    program: /^(?:pwsh|powershell)$/iu,
    code: /^-c(?:o(?:m(?:m(?:a(?:n(?:d)?)?)?)?)?)?$/iu,
    takesRest: true,
    read: '$env:NAME',
    readsStdin: true,
  },
  { program: /^cmd$/iu, code: /^\/[ck]$/iu, takesRest: true, read: '%NAME%' },
  { program: /^env$/u, code: /^(?:-[a-zA-Z]*S|--split-string)$/u },
  { program: /^(?:vi|vim|nvim|ex|view)$/u, code: /^(?:-c|--cmd|\+.*)$/u },
  { program: /^(?:gdb|lldb)$/u, code: /^(?:-ex|-iex|--?eval-command|-o|-O|--one-line)$/u },
  {
    program: /^(?:awk|gawk|mawk|nawk)$/u,
    code: /^(?:-e|--source)$/u,
    operand: 0,
    file: /^(?:-f|-E|--file|--exec)(?:=|$)/u,
    values: /^(?:-F|-v|-i|-l|--assign|--field-separator|--include|--load)$/u,
    read: 'ENVIRON["NAME"]',
  },
  {
    program: /^g?sed$/u,
    code: /^(?:-[a-zA-Z]*e|--expression)$/u,
    operand: 0,
    file: /^(?:-[a-zA-Z]*f|--file)(?:=|$)/u,
    values: /^(?:-l|--line-length)$/u,
    instead: 'and awk with ENVIRON["NAME"], or replace the text in a code node',
  },
  {
    program: /^(?:jq|gojq|jaq)$/u,
    code: NO_OPTION,
    operand: 0,
    file: /^(?:-[a-zA-Z]*f|--from-file)(?:=|$)/u,
    values: /^(?:-L|--indent|--library-path)$/u,
    pairs: /^--(?:arg|argjson|slurpfile|rawfile)$/u,
    read: '$ENV.NAME',
  },
  { program: /^yq$/u, code: /^--expression$/u, operand: 0, file: /^--from-file/u, read: 'strenv(NAME)' },
  {
    program: /^psql$/u,
    code: /^(?:-[a-zA-Z]*c|--command)$/u,
    file: /^(?:-[a-zA-Z]*f|--file)(?:=|$)/u,
    readsStdin: true,
    targets: Infinity,
    instead: "write psql -v NAME=TEMPLATE, and :'NAME' in a statement that comes from a quoted here-document",
  },
  {
    program: /^(?:mysql|mariadb)$/u,
    code: /^(?:-[a-zA-Z]*e|--execute)$/u,
    readsStdin: true,
    targets: Infinity,
    instead: BOUND,
  },
  {
    program: /^sqlite3$/u,
    code: /^--?cmd$/u,
    operand: 1,
    values: /^--?(?:init|separator|newline|nullvalue|vfs|maxsize|mmap|lookaside|heap)$/u,
    readsStdin: true,
    targets: 1,
    instead: BOUND,
  },
  { program: /^duckdb$/u, code: /^-(?:c|s|cmd)$/u, operand: 1, readsStdin: true, targets: 1, instead: BOUND },
  { program: /^mongosh?$/u, code: /^--eval$/u, readsStdin: true, targets: Infinity, instead: BOUND },
  { program: /^dc$/u, code: /^(?:-e|--expression)$/u, readsStdin: true },
];

/** Start another program with the words that follow them. */
const RUNNER =
  /^(?:env|sudo|doas|xargs|nice|ionice|timeout|time|exec|command|nohup|stdbuf|setsid|chroot|docker|podman|kubectl|npx|uv|poetry|find|busybox|strace|unshare|if|then|else|elif|while|until|do|!|\{)$/u;
const ASSIGNMENT = /^\w+\+?=/u;

/** Finds code in the words after a program. `before`: the words in front of it. */
export function interpretedWords(
  word: Word,
  before: readonly Word[],
  after: readonly Word[],
): CodeWords | undefined {
  const name = programName(word);
  const interpreter = INTERPRETERS.find(({ program }) => program.test(name));
  if (interpreter === undefined) return undefined;
  const { byOption, operands, hereString, hasFile } = readArguments(interpreter, after);
  const { operand } = interpreter;
  const isOperandCode = operand !== undefined && byOption.length === 0 && !hasFile && isCommand(before);
  const program = isOperandCode ? operands.slice(operand) : byOption;
  const words = isOperandCode && operand === 0 ? firstProgram(name, program) : program;
  const isFromStdin = words.length === 0 && runsStdin(word, before, after) !== undefined;
  return {
    words: isFromStdin ? hereString : words,
    place: `in code for ${name}`,
    ...present({ advice: adviceOf(interpreter) }),
  };
}

/** Where it becomes code what a program reads from stdin. Undefined: it stays data. */
export function runsStdin(
  word: Word,
  before: readonly Word[],
  after: readonly Word[],
): Omit<CodeWords, 'words'> | undefined {
  const name = programName(word);
  const interpreter = INTERPRETERS.find(({ program }) => program.test(name));
  if (interpreter?.readsStdin !== true || !isCommand(before) || isModule(after)) return undefined;
  const { byOption, operands, hasFile } = readArguments(interpreter, after);
  const others = operands.filter(({ text, isDynamic }) => isDynamic || text !== '-');
  if (byOption.length > 0 || hasFile || others.length > (interpreter.targets ?? 0)) return undefined;
  return {
    place: `in code for ${name} that comes from stdin`,
    ...present({ advice: adviceOf(interpreter) }),
  };
}

/** `python3 -m json.tool` runs a module, and reads data. */
function isModule(after: readonly Word[]): boolean {
  return after.some(({ text }) => /^-[a-zA-Z]*m/u.test(text) || /^--?(?:version|help)$/u.test(text));
}

interface Arguments {
  readonly byOption: Word[];
  readonly operands: Word[];
  readonly hereString: readonly Word[];
  hasFile: boolean;
}

function readArguments(interpreter: Interpreter, all: readonly Word[]): Arguments {
  const at = all.findIndex(({ text }) => text === HERE_STRING);
  const hereString = at < 0 ? [] : all.slice(at + 1, at + 2);
  const after = at < 0 ? all : [...all.slice(0, at), ...all.slice(at + 2)];
  const found: Arguments = { byOption: [], operands: [], hereString, hasFile: false };
  let skipped = 0;
  for (const [index, word] of after.entries()) {
    skipped -= 1;
    if (skipped >= 0) continue;
    const kind = kindOf(word.text, interpreter);
    const rest = after.slice(index + 1);
    const taken = rest.slice(0, TAKEN[kind]);
    skipped = taken.length;
    if (kind === 'code') found.byOption.push(...(interpreter.takesRest === true ? rest : taken));
    if (kind === 'own code') found.byOption.push(word);
    if (kind === 'operand') found.operands.push(word);
    if (kind === 'end') found.operands.push(...taken);
    found.hasFile ||= kind === 'file' || kind === 'own file';
  }
  return found;
}

type Kind = keyof typeof TAKEN;

/** How many of the words behind it a word takes. `own`: it has what it needs after `=`. */
const TAKEN = {
  code: 1,
  'own code': 0,
  file: 1,
  'own file': 0,
  value: 1,
  pair: 2,
  option: 0,
  operand: 0,
  end: 0,
};

function kindOf(text: string, interpreter: Interpreter): Kind {
  const { code, file = NO_OPTION, values = NO_OPTION, pairs = NO_OPTION } = interpreter;
  const name = text.slice(0, Math.max(0, text.indexOf('=')));
  const kinds: readonly (readonly [boolean, Kind])[] = [
    [text === '--', 'end'],
    [code.test(text), text.startsWith('+') ? 'own code' : 'code'],
    [code.test(name), 'own code'],
    [file.test(text), name === '' ? 'file' : 'own file'],
    [values.test(text), 'value'],
    [pairs.test(text), 'pair'],
    [/^-./u.test(text), 'option'],
  ];
  return kinds.find(([is]) => is)?.[1] ?? 'operand';
}

/** `yq eval EXPRESSION` names what it does first. */
function firstProgram(name: string, words: readonly Word[]): readonly Word[] {
  const skipped = name === 'yq' && /^(?:e|ea|eval|eval-all)$/u.test(words[0]?.text ?? '') ? 1 : 0;
  return words.slice(skipped, skipped + 1);
}

/** Whether the word behind these is the program of a command. */
export function isCommand(before: readonly Word[]): boolean {
  const words = before.filter(({ text }) => !ASSIGNMENT.test(text));
  const [first] = words;
  return first === undefined || RUNNER.test(programName(first));
}

function adviceOf({ read, instead }: Interpreter): string | undefined {
  return instead ?? (read === undefined ? undefined : `and ${read} in the code`);
}

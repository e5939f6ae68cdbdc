// Finds the words that programs other than shells read as code: `python3 -c`, `awk`, `sed`, `jq`, `psql -c`.
import { present } from '../present.ts';
import { kindOf, readArguments, TAKEN, type Arguments } from './arguments.ts';
import { COMMAND_RUNNERS } from './command-table.ts';
import { INTERPRETERS, type Interpreter } from './interpreter-table.ts';
import { ASSIGNMENT, programName, STDIN_FILE, type CodeWords, type Word } from './word.ts';

/** Starts another program with the words that follow. */
const RUNNER =
  /^(?:env|sudo|doas|pkexec|xargs|nice|ionice|timeout|time|exec|command|builtin|coproc|nohup|stdbuf|setsid|chroot|docker|docker-compose|podman|nerdctl|kubectl|oc|npm|npx|pnpm|yarn|bunx|uv|uvx|pipx|poetry|pipenv|conda|mamba|bundle|rbenv|pyenv|asdf|mise|direnv|find|fd|fdfind|busybox|toybox|strace|ltrace|perf|valgrind|unshare|nsenter|setpriv|setarch|linux32|linux64|arch|prlimit|taskset|numactl|cgexec|chpst|chrt|gosu|su-exec|runuser|sg|systemd-run|systemd-inhibit|dbus-run-session|flock|script|faketime|fakeroot|firejail|bwrap|ip|xvfb-run|torsocks|torify|proxychains\d?|caffeinate|ssh-agent|sshpass|dumb-init|tini|catchsegv|rlwrap|unbuffer|chronic|ts|retry|aws-vault|doppler|sops|lxc|incus|multipass|wsl|flatpak|nix|nix-shell|cmake|start-stop-daemon|entr|watchexec|if|then|else|elif|while|until|do|!|\{)$/u;

const RULES: readonly Interpreter[] = [...COMMAND_RUNNERS, ...INTERPRETERS];

/** A rule for a program, or for a command of it. `after`: the words that it is for. */
interface Rule {
  readonly name: string;
  readonly rule: Interpreter;
  readonly after: readonly Word[];
}

/** Finds code in the words after a program. `before`: the words in front of it. */
export function interpretedWords(
  word: Word,
  before: readonly Word[],
  after: readonly Word[],
): CodeWords | undefined {
  const rules = rulesOf(word, after);
  const isStarted = isCommand(before);
  const isFromStdin = isStarted && rules.some((rule) => stdinCode(rule) !== undefined);
  const found = rules.map((rule) => ruledWords(rule, isStarted, isFromStdin));
  const [first] = found;
  if (first === undefined || found.length === 1) return first;
  return {
    ...(found.find(({ words }) => words.length > 0) ?? first),
    words: found.flatMap(({ words }) => words),
    files: found.flatMap(({ files = [] }) => files),
  };
}

function ruledWords({ name, rule, after }: Rule, isStarted: boolean, isFromStdin: boolean): CodeWords {
  const given = readArguments(rule, after);
  const words = isStarted ? programWords(name, rule, given) : given.byOption;
  return {
    words: isFromStdin && words.length === 0 ? given.hereString : words,
    files: isStarted && isScript(rule, given) ? [...given.files, ...given.operands.slice(0, 1)] : given.files,
    isShell: rule.isShell === true,
    place: `in code for ${name}`,
    ...present({ advice: adviceOf(rule) }),
  };
}

function programWords(
  name: string,
  { operand, takesRest }: Interpreter,
  { byOption, operands, files }: Arguments,
): readonly Word[] {
  if (operand === undefined || byOption.length > 0 || files.length > 0) return byOption;
  return operand === 0 && takesRest !== true ? firstProgram(name, operands) : operands.slice(operand);
}

/** Whether the first operand names a file with code. */
function isScript({ readsStdin = false, targets = 0 }: Interpreter, { byOption }: Arguments): boolean {
  return readsStdin && byOption.length === 0 && targets === 0;
}

export function interpreterOf(name: string): Interpreter | undefined {
  return RULES.find(({ program }) => program.test(name));
}

function rulesOf(word: Word, after: readonly Word[]): readonly Rule[] {
  const name = programName(word);
  const rule = interpreterOf(name);
  return rule === undefined ? [] : [...commandRules({ name, rule, after })];
}

/** What is behind a command is for the rule of the command. */
function* commandRules({ name, rule, after }: Rule): Generator<Rule> {
  const { commands } = rule;
  const at = commands === undefined ? -1 : commandAt(rule, after);
  const command = after[at]?.text;
  if (commands === undefined || command === undefined) {
    yield { name, rule, after };
    return;
  }
  yield { name, rule, after: after.slice(0, at) };
  const next = after.findIndex(({ text }, index) => index > at && text === NEXT_COMMAND);
  const own = commands.find(({ program }) => program.test(command));
  if (own !== undefined) {
    const behind = after.slice(at + 1, next < 0 ? undefined : next);
    const advice = adviceOf(rule);
    const inherited = advice === undefined || adviceOf(own) !== undefined ? own : { ...own, instead: advice };
    yield* commandRules({ name: `${name} ${command}`, rule: inherited, after: behind });
  }
  if (next >= 0) yield* commandRules({ name, rule, after: after.slice(next + 1) });
}

/** `\;` between commands of tmux. */
const NEXT_COMMAND = ';';

/** Where the command is: the first operand. */
function commandAt(rule: Interpreter, after: readonly Word[]): number {
  for (let index = 0; index < after.length; index += 1) {
    const word = after[index];
    const kind = word === undefined ? 'option' : kindOf(word, rule);
    if (kind === 'operand') return index;
    index += TAKEN[kind];
  }
  return -1;
}

/** Where it becomes code what a program reads from stdin. Undefined: it stays data. */
export function runsStdin(
  word: Word,
  before: readonly Word[],
  after: readonly Word[],
): Omit<CodeWords, 'words'> | undefined {
  if (!isCommand(before)) return undefined;
  for (const rule of rulesOf(word, after)) {
    const found = stdinCode(rule);
    if (found !== undefined) return found;
  }
  return undefined;
}

function stdinCode({ name, rule, after }: Rule): Omit<CodeWords, 'words'> | undefined {
  if (!mayReadStdin(rule)) return undefined;
  const { byOption, operands, files } = readArguments(rule, after);
  const others = operands.filter(({ text, isDynamic }) => isDynamic || !STDIN_FILE.test(text));
  const hasOther = byOption.length > 0 || files.length > 0 || others.length > (rule.targets ?? 0);
  const readsStdin = rule.readsStdin === true && !hasOther && !isModule(after);
  if (!readsStdin && !files.some(({ text }) => STDIN_FILE.test(text))) return undefined;
  return {
    place: `in code for ${name} that comes from stdin`,
    ...present({ advice: adviceOf(rule) }),
  };
}

function mayReadStdin({ readsStdin, file }: Interpreter): boolean {
  return readsStdin === true || file !== undefined;
}

/** `python3 -m json.tool` runs a module, and reads data. */
function isModule(after: readonly Word[]): boolean {
  return after.some(({ text }) => /^-[a-zA-Z]*m/u.test(text) || /^--?(?:version|help)$/u.test(text));
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

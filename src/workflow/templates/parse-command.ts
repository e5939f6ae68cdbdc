// Parses the templates of a shell command. A `${…}` is a template when it names a value; any other belongs to the
// shell.
import type { Expression } from './ast.ts';
import type { IsTemplateName } from './command-names.ts';
import { nameVariable, writeEnv } from './suggest-variable.ts';
import { parseExpressionAt } from './parse-template.ts';

export interface CommandFault {
  readonly message: string;
  /** Offset in the text, from 0. */
  readonly position: number;
  readonly suggestion?: string;
}

export interface ParsedCommand {
  /** Text for the shell, and expressions whose values are handed over. */
  readonly parts: readonly (string | Expression)[];
  /** Why the rest of the text was not parsed. */
  readonly fault?: CommandFault;
}

export interface CommandNames {
  readonly isTemplateName: IsTemplateName;
  /** Names of the variables in the `env` of the node: the shell knows them. */
  readonly variables: ReadonlySet<string>;
}

/** What a shell expands: `${x}`, `${x:-y}`, `${x[0]}`, `${1}`, `${#x}`, `${?}`. */
const SHELL_FORM = /^\$\{(?:[#!]?[A-Za-z_]\w*(?:\[[^\]]*\])?(?:[-+=?%#:^,@/][^]*)?|\d+|[@*#?$!-])\}$/u;
const SHELL_NAME = /\$\{[#!]?([A-Za-z_]\w*)/uy;
const TEMPLATE_NAME = /\$\{\s*([\p{L}\p{M}\p{N}_-]+)/uy;
const LONGEST_SHOWN = 40;

export function parseCommand(text: string, names: CommandNames): ParsedCommand {
  const parts: (string | Expression)[] = [];
  let plain = '';
  let at = 0;
  for (let open = text.indexOf('${'); open >= 0; open = text.indexOf('${', at)) {
    const isEscaped = open > at && text[open - 1] === '$';
    plain += text.slice(at, isEscaped ? open - 1 : open);
    at = open + 2;
    const parsed = isEscaped ? undefined : parseExpressionAt(text, open);
    if (parsed?.ok === true && isTemplate(parsed.expression, text.slice(open, parsed.end), names)) {
      if (plain !== '') parts.push(plain);
      plain = '';
      parts.push(parsed.expression);
      at = parsed.end;
      continue;
    }
    const fault = parsed === undefined ? undefined : findFault(text, open, parsed, names);
    if (fault !== undefined) return { parts, fault };
    plain += '${';
  }
  plain += text.slice(at);
  return { parts: plain === '' ? parts : [...parts, plain] };
}

/** True also for what no shell understands, such as `${reed.content}`. */
function isTemplate({ operands }: Expression, source: string, { isTemplateName }: CommandNames): boolean {
  const isKnown = operands.some((operand) => operand.kind === 'reference' && isTemplateName(operand.name));
  return isKnown || !SHELL_FORM.test(source);
}

type ParsedExpression = ReturnType<typeof parseExpressionAt>;

/** Finds malformed templates, and shell syntax that uses the name of a value. */
function findFault(
  text: string,
  open: number,
  parsed: ParsedExpression,
  { isTemplateName, variables }: CommandNames,
): CommandFault | undefined {
  const name = nameAt(SHELL_NAME, text, open);
  const isShellSyntax = SHELL_FORM.test(text.slice(open, closingBrace(text, open)));
  if (name !== undefined && isShellSyntax && isTemplateName(name)) {
    if (variables.has(name) || isAssigned(name, text)) return undefined;
    const variable = nameVariable(name);
    const source = text.slice(open, Math.min(closingBrace(text, open), open + LONGEST_SHOWN));
    return {
      message: `${source} is shell syntax, and the shell has no variable "${name}"`,
      position: open,
      suggestion: `${writeEnv(variable, '${' + name + '}')} and use ${variable} in its place`,
    };
  }
  const meant = nameAt(TEMPLATE_NAME, text, open);
  if (parsed.ok || meant === undefined || !isTemplateName(meant)) return undefined;
  return { message: parsed.message, position: parsed.position };
}

function nameAt(pattern: RegExp, text: string, open: number): string | undefined {
  pattern.lastIndex = open;
  return pattern.exec(text)?.[1];
}

/** No expansion of a shell that a person writes is longer. A limit, since each `${` is followed to its end. */
const LONGEST_EXPANSION = 2_000;

/** Position behind the brace that closes `${` at `open`. */
function closingBrace(text: string, open: number): number {
  let depth = 0;
  const end = Math.min(text.length, open + LONGEST_EXPANSION);
  for (let index = open; index < end; index += 1) {
    if (text[index] === '{') depth += 1;
    else if (text[index] === '}' && (depth -= 1) === 0) return index + 1;
  }
  return end;
}

const ASSIGNING_WORD = /(?:^|[\s&|({`])(?:for|select|read|export|local|declare|readonly|getopts)\s/u;

/** The latest command, and what was found in it: one command may have many templates. */
const latest = { command: '', answers: new Map<string, boolean>() };

/** Whether the command sets the variable itself. `name` has letters, digits and _ only. */
export function isAssigned(name: string, command: string): boolean {
  if (latest.command !== command) {
    latest.command = command;
    latest.answers.clear();
  }
  const before = latest.answers.get(name);
  if (before !== undefined) return before;
  const answer = hasAssignment(name, command);
  latest.answers.set(name, answer);
  return answer;
}

function hasAssignment(name: string, command: string): boolean {
  if (new RegExp(`(?:^|[\\s;&|({\`])${name}=`, 'u').test(command)) return true;
  const word = new RegExp(`\\b${name}\\b`, 'u');
  return command.split(/[;\n]/u).some((part) => {
    const found = ASSIGNING_WORD.exec(part);
    return found !== null && word.test(part.slice(found.index + found[0].length));
  });
}

// Turns the templates of a command into variables. Finds the places where a value could become code.
import type { CommandLine } from '../../flow/context.ts';
import { requireShellReader, type ShellReader } from '../../values/shell-reader.ts';
import type { Opening } from '../../values/sh/word.ts';
import type { Expression, Template } from './ast.ts';
import type { ParsedCommand } from './parse-command.ts';
import { printExpression } from './print-template.ts';

export interface UnsafePlace {
  readonly expression: Expression;
  /** For example "inside backticks". */
  readonly place: string;
  /** What to write instead, if a variable of the command is not enough; see `CodeWords`. */
  readonly advice?: string;
}

export interface HandedOver extends CommandLine {
  /** What `sh -c` is given. */
  readonly script: string;
  /** The command must not run when there is one. */
  readonly unsafe: readonly UnsafePlace[];
  /** Values that a program may read as options. */
  readonly optionValues: readonly OptionPlace[];
}

export interface OptionPlace {
  readonly expression: Expression;
  readonly program: string;
  /** See `OptionValue`. */
  readonly place?: string;
}

export interface ValueTexts {
  /** The value of an expression as text. */
  readonly textOf: (expression: Expression) => string;
  /** What is shown of it. */
  readonly shownOf: (expression: Expression) => string;
}

/** Whether the value is pasted and may become code, as in `${x | raw}`. */
export function isRaw({ filters = [] }: Expression): boolean {
  return filters.includes('raw');
}

/** `taken` are names of variables that belong to the node. */
export function handOver(
  command: KnownCommand,
  { textOf, shownOf }: ValueTexts,
  taken: ReadonlySet<string>,
): HandedOver {
  const { parts } = command.parsed;
  const quoted = command.quote(textOf, taken);
  const variables = quoted.variables.map(({ name, expression, template }) => ({
    name,
    value: textOf(expression),
    template,
  }));
  const { findOptionValues } = requireShellReader();
  const runs = command.arithmeticCheck();
  const found = findOptionValues(quoted.openings, (reference) => variables[reference]?.value ?? '').flatMap(
    ({ reference, ...option }) =>
      quoted.variables.slice(reference, reference + 1).map(({ expression }) => ({ expression, ...option })),
  );
  return {
    script: quoted.script,
    unsafe: [
      ...quoted.unsafe,
      ...found.filter(({ isCode }) => isCode).map(unsafeOption),
      ...quoted.variables
        .filter((_variable, index) => runs?.(variables[index]?.value ?? ''))
        .map(unsafeNumber),
    ],
    optionValues: found.filter(({ isCode }) => !isCode),
    variables,
    shown: parts.map((part) => (typeof part === 'string' ? part : shownOf(part))).join(''),
  };
}

function unsafeOption({ expression, program, place }: OptionPlace): UnsafePlace {
  if (place !== undefined)
    return { expression, place, advice: `write ${program} into the command instead of its template` };
  const advice = 'write -- in front of TEMPLATE, or ./TEMPLATE for the name of a file';
  return { expression, place: `read as an option by ${program}`, advice };
}

function unsafeNumber({ expression }: { readonly expression: Expression }): UnsafePlace {
  return {
    expression,
    place: 'a value with code in a subscript, in a command with arithmetic',
    advice: 'calculate in a code node, or check before that the value is a number',
  };
}

interface Quoted extends Pick<HandedOver, 'script' | 'unsafe'> {
  readonly openings: readonly Opening[];
  readonly variables: readonly {
    readonly name: string;
    readonly expression: Expression;
    readonly template: string;
  }[];
}

/** A command that was parsed, and its quoting once it is known. */
export class KnownCommand {
  readonly parsed: ParsedCommand;
  private quoted: Quoted | undefined;
  private runs: ReturnType<ShellReader['createArithmeticCheck']> | null = null;

  constructor(parsed: ParsedCommand) {
    this.parsed = parsed;
  }

  /** Checks whether arithmetic would run a value. Undefined for a command without arithmetic. */
  arithmeticCheck(): ((value: string) => boolean) | undefined {
    if (this.runs === null) {
      const texts = this.parsed.parts.filter((part) => typeof part === 'string');
      this.runs = requireShellReader().createArithmeticCheck(texts.join(' '));
    }
    return this.runs;
  }

  /** Quoting depends on no value but those that are pasted. */
  quote(textOf: ValueTexts['textOf'], taken: ReadonlySet<string>): Quoted {
    if (this.quoted !== undefined) return this.quoted;
    const quoted = quote(this.parsed, textOf, taken);
    const isPasted = this.parsed.parts.some((part) => typeof part !== 'string' && isRaw(part));
    if (!isPasted) this.quoted = quoted;
    return quoted;
  }
}

function quote({ parts }: ParsedCommand, textOf: ValueTexts['textOf'], taken: ReadonlySet<string>): Quoted {
  const variables: Quoted['variables'][number][] = [];
  const isTaken = createTakenNames(parts, taken);
  const { quoteReferences } = requireShellReader();
  let number = 0;
  const quoted = quoteReferences(
    parts.map((part) => {
      if (typeof part === 'string') return part;
      if (isRaw(part)) return textOf(part);
      do number += 1;
      while (isTaken(`PFLOW_${String(number)}`));
      const name = `PFLOW_${String(number)}`;
      variables.push({ name, expression: part, template: printExpression(part) });
      return { variable: name };
    }),
  );
  return {
    script: quoted.command,
    openings: quoted.openings ?? [],
    variables,
    unsafe: quoted.problems.flatMap(({ reference, ...place }) => {
      const variable = variables[reference];
      return variable === undefined ? [] : [{ expression: variable.expression, ...place }];
    }),
  };
}

/** Finds unsafe places before any value is known. A raw value is taken for a variable of the shell. */
export function findUnsafePlaces(command: ParsedCommand): readonly UnsafePlace[] {
  const texts = { textOf: () => '$raw', shownOf: () => '' };
  return handOver(new KnownCommand(command), texts, new Set()).unsafe;
}

/** Lists the words of a command that have templates, without their quotes. */
export function wordsWithTemplates({ parts }: ParsedCommand): readonly Template[] {
  const expressions = parts.filter((part) => typeof part !== 'string');
  const { wordsWithReferences } = requireShellReader();
  const words = wordsWithReferences(
    parts.map((part) => (typeof part === 'string' ? part : { variable: '' })),
  );
  return words.map((word) =>
    word.flatMap((piece): Template =>
      typeof piece === 'string' ? [{ kind: 'text', text: piece }] : expressions.slice(piece, piece + 1),
    ),
  );
}

function createTakenNames(
  parts: ParsedCommand['parts'],
  taken: ReadonlySet<string>,
): (name: string) => boolean {
  const texts = parts.filter((part) => typeof part === 'string').filter((text) => text.includes('PFLOW_'));
  return (name) => taken.has(name) || texts.some((text) => text.includes(name));
}

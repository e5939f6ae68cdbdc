// Warns of a value that the program of a command may read as an option. Quotes keep it one word, and no more.
import type { CommandLine, NodeContext } from '../flow/context.ts';
import type { Node } from '../flow/node.ts';

/** An input with such a name is given options on purpose. */
const NAMED_OPTION = /flag|opt(?:ion)?s?$|arg(?:ument)?s?$|switch/iu;

interface OptionCheck {
  readonly commandLines: Readonly<Record<string, CommandLine>>;
  /** Inputs whose value is the default that the workflow gives them. */
  readonly defaulted: ReadonlySet<string>;
  /** Messages of earlier visits and items, which are not repeated. */
  readonly warned: Set<string>;
}

export function warnOfOptions<C extends NodeContext>(
  { id }: Node<C>,
  { commandLines, defaulted, warned }: OptionCheck,
  { warn }: C,
): void {
  if (warn === undefined) return;
  for (const { template, names, program } of Object.values(commandLines).flatMap(
    ({ options = [] }) => options,
  )) {
    if (names.some((name) => defaulted.has(name) || NAMED_OPTION.test(name))) continue;
    const message =
      `node "${id}": the value of ${template} begins with a dash, so that ${program} may read it as an option; ` +
      `write -- in front of it, or ./${template} for the name of a file`;
    if (warned.has(message)) continue;
    warned.add(message);
    warn({ code: 'OPTION_LIKE_VALUE', message, node_id: id });
  }
}

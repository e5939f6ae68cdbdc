// Makes the command line that a log records. It has options and inputs by name, without their values.

const COMMANDS: ReadonlySet<string> = new Set(['run', 'plan', 'resume']);

/** Keeps the command, the workflow and the names; drops the values of options and inputs. */
export function recordedArgv(args: readonly string[], workflow: string): string[] {
  const kept: string[] = [];
  for (const word of args) {
    const [, name = ''] = /^(-{1,2}[a-zA-Z][\w-]*)(?:=|$)/u.exec(word) ?? [];
    const [, input = ''] = /^([^=\s]+)=/su.exec(word) ?? [];
    if (name !== '') kept.push(word.length > name.length ? `${name}=…` : name);
    else if (word === workflow || COMMANDS.has(word)) kept.push(word);
    else if (input !== '') kept.push(`${input}=…`);
  }
  return kept;
}

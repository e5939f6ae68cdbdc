// Lists the commands in the order of the help. The options and the help of a command are loaded when it is called.
import type { Command } from 'commander';
import type { RunCommand } from './mcp/serve.ts';
import type { SetExitCode } from './options.ts';
import type { Terminal } from './terminal/terminal.ts';

type AddCommand = (program: Command, terminal: Terminal, setExitCode: SetExitCode) => void;
type Load = (runCommand: RunCommand) => Promise<AddCommand>;

const COMMANDS: Readonly<Record<string, Load>> = {
  run: async () => (await import('./run/command.ts')).addRun,
  plan: async () => (await import('./plan/command.ts')).addPlan,
  resume: async () => (await import('./resume/command.ts')).addResume,
  submit: async () => (await import('./submit/command.ts')).addSubmit,
  worker: async () => (await import('./worker/command.ts')).addWorker,
  cancel: async () => (await import('./cancel/command.ts')).addCancel,
  pull: async () => (await import('./pull/command.ts')).addPull,
  runs: async () => (await import('./runs/command.ts')).addRuns,
  show: async () => (await import('./show/command.ts')).addShow,
  store: async () => (await import('./store/command.ts')).addStore,
  report: async () => (await import('./report/command.ts')).addReport,
  view: async () => (await import('./view/command.ts')).addView,
  diff: async () => (await import('./diff/command.ts')).addDiff,
  export: async () => (await import('./export/command.ts')).addExport,
  replay: async () => (await import('./replay/command.ts')).addReplay,
  verify: async () => (await import('./verify/command.ts')).addVerify,
  spend: async () => (await import('./spend/command.ts')).addSpend,
  prices: async () => (await import('./prices/command.ts')).addPrices,
  projections: async () => (await import('./projections/command.ts')).addProjections,
  validate: async () => (await import('./validate/command.ts')).addValidate,
  schema: async () => (await import('./schema/command.ts')).addSchema,
  workflow: async () => (await import('./workflow/command.ts')).addWorkflow,
  probe: async () => (await import('./probe/command.ts')).addProbe,
  init: async () => (await import('./init/command.ts')).addInit,
  import: async () => (await import('./import/command.ts')).addImport,
  guide: async () => (await import('./guide/command.ts')).addGuide,
  registry: async () => (await import('./registry/command.ts')).addRegistry,
  mcp: async (runCommand) => {
    const { addMcp } = await import('./mcp/command.ts');
    return (program, terminal, setExitCode) => {
      addMcp(program, terminal, { setExitCode, runCommand });
    };
  },
  settings: async () => (await import('./settings/command.ts')).addSettings,
  completion: async () => (await import('./completion/command.ts')).addCompletion,
};

export const COMMAND_NAMES: readonly string[] = Object.keys(COMMANDS);

/** Other names of commands. */
const ALIASES: Readonly<Record<string, string>> = { why: 'show' };

/** These commands describe all the others. */
const DESCRIBING: readonly (string | undefined)[] = ['help', 'completion'];

/** Lists the commands that are needed to read a command line: nearly always one. */
export function commandsToLoad([first]: readonly string[]): readonly string[] {
  if (first === undefined || first.startsWith('-') || DESCRIBING.includes(first)) return COMMAND_NAMES;
  const name = Object.hasOwn(ALIASES, first) ? ALIASES[first] : first;
  return [name !== undefined && COMMAND_NAMES.includes(name) ? name : 'run'];
}

/** Loads commands in the order of the names. */
export function loadCommands(names: readonly string[], runCommand: RunCommand): Promise<AddCommand[]> {
  return Promise.all(names.flatMap((name) => COMMANDS[name]?.(runCommand) ?? []));
}

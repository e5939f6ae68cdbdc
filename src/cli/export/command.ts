// Defines the options and the help of `pflow export`.
import { Option, type Command } from 'commander';
import {
  addDatabaseOptions,
  findDatabaseFolder,
  replaceDatabases,
  type DatabaseFlags,
} from '../database-options.ts';
import type { SetExitCode } from '../options.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { ExportName, ExportOptions } from './export-runs.ts';

const EXPORT_NAMES: readonly ExportName[] = ['otlp', 'chrome', 'speedscope', 'openmetrics', 'csv', 'parquet'];

/** Programs by which people know a format. */
const ALIASES: Readonly<Record<string, ExportName>> = { perfetto: 'chrome', prometheus: 'openmetrics' };

export function addExport(program: Command, terminal: Terminal, setExitCode: SetExitCode): void {
  addDatabaseOptions(program.command('export'))
    .description(
      'runs in the formats of other tools: OpenTelemetry, Perfetto, speedscope, Prometheus, CSV, Parquet',
    )
    .argument('[run...]', 'runs, logs or folders (default: last; for openmetrics, csv and parquet all runs)')
    .addOption(
      new Option('--to <name>', 'the format')
        .choices([...EXPORT_NAMES, ...Object.keys(ALIASES)])
        .makeOptionMandatory(),
    )
    .option('-o, --output <file>', 'write to this file; for csv and parquet a folder with three tables')
    .option('--endpoint <url>', 'otlp: send to this receiver, such as http://127.0.0.1:4318')
    .addOption(
      new Option('--protocol <name>', 'otlp: how --endpoint is sent to (default: json)').choices([
        'json',
        'protobuf',
      ]),
    )
    .option('--content', 'otlp: with prompts and answers')
    .option(
      '--timestamps',
      'openmetrics: the sums after each run, with its time, for a store that takes the past',
    )
    .option('--log <log>', 'where to look for runs (default: the folder of logs)')
    .option('--pricing <file>', 'a price book that wins over the built-in prices')
    .option('--json', 'errors as JSON; --to decides about the form of runs')
    .option('--verbose', 'stack traces for errors')
    .option('--no-color', 'no colours')
    .addHelpText(
      'after',
      '\nExamples:\n  pflow export last --to chrome -o run.trace.json\n  pflow export --to openmetrics -o /var/lib/node_exporter/pflow.prom\n  pflow export --to openmetrics --timestamps | curl --data-binary @- http://127.0.0.1:8428/api/v1/import/prometheus\n  pflow export last-failed --to otlp --endpoint http://127.0.0.1:4318\n  pflow export --to parquet runs/ -o tables/\n',
    )
    .action(async (reference: string[], given: ExportOptions & DatabaseFlags & { readonly log?: string }) => {
      const options = { ...given, to: ALIASES[given.to] ?? given.to };
      const { defaultLogs } = await import('../../home/default-logs.ts');
      const { exportRuns } = await import('./export-runs.ts');
      const { tuneForFolds } = await import('../../replay/threads.ts');
      tuneForFolds();
      const place = (await findDatabaseFolder(options, options.log)) ?? options.log;
      const logs = (): readonly string[] => (place === undefined ? defaultLogs(process.env) : [place]);
      setExitCode(await exportRuns(await replaceDatabases(reference), logs, options, terminal));
    });
}

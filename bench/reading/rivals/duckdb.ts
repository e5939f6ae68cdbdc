// Rival: DuckDB with two threads and a typed `read_json`, which reads only the requested columns.
// `duckdb LOG` prints the sums of the log: one pass that groups, and the groups added up. `duckdb LOG RUN` prints the
// events of one run.
import { DuckDBInstance } from '@duckdb/node-api';
import { addCalls, addDuration, emptySums } from './sums.ts';

const [, , log = '', run] = process.argv;

function source(columns: string): string {
  return `read_json('${log.replaceAll("'", "''")}', format = 'newline_delimited', columns = {${columns}})`;
}

const USAGE =
  'STRUCT(input_tokens BIGINT, output_tokens BIGINT, cache_creation_input_tokens BIGINT, cache_read_input_tokens BIGINT)';

const SUMS = `
  SELECT type, node, data.model AS model, count(*)::DOUBLE AS events, sum(data.duration_ms)::DOUBLE AS duration_ms,
    sum(data.usage.input_tokens)::DOUBLE AS input, sum(data.usage.output_tokens)::DOUBLE AS output,
    sum(data.usage.cache_creation_input_tokens)::DOUBLE AS cache_creation,
    sum(data.usage.cache_read_input_tokens)::DOUBLE AS cache_read
  FROM ${source(`type: 'VARCHAR', node: 'VARCHAR', data: 'STRUCT(model VARCHAR, duration_ms DOUBLE, usage ${USAGE})'`)}
  WHERE type IN ('llm.completed', 'node.completed', 'run.completed')
  GROUP BY ALL`;

const EVENTS = `
  SELECT *
  FROM ${source(`type: 'VARCHAR', seq: 'BIGINT', run: 'VARCHAR', "at": 'VARCHAR', ms: 'DOUBLE', phase: 'VARCHAR', node: 'VARCHAR', data: 'JSON'`)}
  WHERE run = $run
  ORDER BY seq`;

interface Group {
  readonly type: string;
  readonly node: string | null;
  readonly model: string | null;
  readonly events: number;
  readonly duration_ms: number;
  readonly input: number;
  readonly output: number;
  readonly cache_creation: number;
  readonly cache_read: number;
}

const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
const connection = await instance.connect();

if (run === undefined) {
  const rows = await connection.runAndReadAll(SUMS);
  const sums = emptySums();
  for (const group of rows.getRowObjectsJS() as unknown as Group[]) {
    const { type, node, model, events: calls, duration_ms, ...tokens } = group;
    if (type === 'llm.completed') addCalls(sums, node ?? '', model ?? '', { calls, ...tokens });
    else if (type === 'node.completed') addDuration(sums, node ?? '', duration_ms);
    else {
      sums.runs += calls;
      sums.duration_ms += duration_ms;
    }
  }
  console.log(JSON.stringify(sums));
} else {
  const rows = await connection.runAndReadAll(EVENTS, { run });
  for (const { seq, data, ...event } of rows.getRowObjectsJS()) {
    console.log(JSON.stringify({ ...event, seq: Number(seq), data: JSON.parse(data as string) as unknown }));
  }
}

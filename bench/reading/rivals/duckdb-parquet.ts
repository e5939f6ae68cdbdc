// Rival: DuckDB with two threads over a copy of a log in Parquet. `duckdb-parquet LOG COPY` makes the copy.
// `duckdb-parquet COPY` prints the tokens of all calls, by model.
import { DuckDBInstance } from '@duckdb/node-api';

const [, , source = '', copy] = process.argv;
const USAGE =
  'STRUCT(input_tokens BIGINT, output_tokens BIGINT, cache_creation_input_tokens BIGINT, cache_read_input_tokens BIGINT)';
const COLUMNS = `type: 'VARCHAR', seq: 'BIGINT', run: 'VARCHAR', "at": 'VARCHAR', ms: 'DOUBLE', node: 'VARCHAR', data: 'STRUCT(model VARCHAR, duration_ms DOUBLE, usage ${USAGE})'`;
const SUMS = `
  SELECT data.model AS model, sum(data.usage.input_tokens)::DOUBLE AS input, sum(data.usage.output_tokens)::DOUBLE AS output,
    sum(data.usage.cache_creation_input_tokens)::DOUBLE AS written, sum(data.usage.cache_read_input_tokens)::DOUBLE AS read
  FROM read_parquet('${source}') WHERE type = 'llm.completed' GROUP BY ALL`;

const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
const connection = await instance.connect();
if (copy === undefined)
  console.log(JSON.stringify((await connection.runAndReadAll(SUMS)).getRowObjectsJson()));
else {
  const rows = `SELECT * FROM read_json('${source}', format = 'newline_delimited', columns = {${COLUMNS}})`;
  await connection.run(`COPY (${rows}) TO '${copy}' (FORMAT parquet)`);
}

// Prints the JSON Schema of a kind of file.
import { workingFolder } from '../../home/paths.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { schemaDocument } from './schema-documents.ts';
import type { SchemaName } from './schema-names.ts';

export interface SchemaFlags {
  /** Modules with custom node types, for the schema of workflows. */
  readonly nodes: readonly string[];
}

export async function printSchema(name: SchemaName, flags: SchemaFlags, terminal: Terminal): Promise<number> {
  const { nodes } = flags;
  const schema = await schemaDocument(name, { nodes, cwd: workingFolder(), env: process.env });
  terminal.out(`${JSON.stringify(schema, undefined, 2)}\n`);
  return 0;
}

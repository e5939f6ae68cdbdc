// Reads one column of a Parquet file.
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { PflowError } from '../../../errors.ts';

/** Throws FILE_UNREADABLE for a file that is damaged or no table. */
export async function readColumn(path: string, column: string): Promise<readonly unknown[]> {
  try {
    const file = await asyncBufferFromFile(path);
    const rows: Record<string, unknown>[] = await parquetReadObjects({ file, columns: [column] });
    return rows.map((row) => row[column]);
  } catch (error) {
    throw new PflowError(
      'FILE_UNREADABLE',
      `${path} is not a whole Parquet file: ${(error as Error).message}`,
      {
        hint: 'Remove it, or export to another folder: the runs in it are then exported again.',
        path,
      },
    );
  }
}

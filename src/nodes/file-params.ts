// Defines the params that the nodes for files share.
import * as z from 'zod';
import { pathSchema } from './resolve-path.ts';

export const filePath = pathSchema.describe('Path of the file, relative to the folder of the run');

export const encoding = z
  .enum(['utf-8', 'utf-16le', 'latin1', 'base64'])
  .default('utf-8')
  .describe('How bytes and text correspond; base64 is for binary files');

export type FileEncoding = z.output<typeof encoding>;

export const sourcePath = filePath.describe('Path of the existing file, relative to the folder of the run');

export const destPath = filePath.describe(
  'Path that the file will have, its name included; missing folders are made',
);

export const overwrite = z
  .boolean()
  .default(false)
  .describe('Take the place of a file that is there; else that is a failure');

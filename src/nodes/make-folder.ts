// Makes a folder with its parents.
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Makes folders one by one: a recursive mkdir never ends where a folder exists but nothing can be made in it. */
export async function makeFolder(path: string): Promise<void> {
  if (await isFolder(path)) return;
  const parent = dirname(path);
  if (parent !== path) await makeFolder(parent);
  try {
    await mkdir(path);
  } catch (error) {
    // Another node may have made it meanwhile.
    if (!(await isFolder(path))) throw error;
  }
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() === true;
}

// Builds the environment of a program under test: without the developer's keys, colour settings and home.
import { join } from 'node:path';

export function cleanEnvironment(home: string): Record<string, string> {
  const { PATH = '', LANG } = process.env;
  return { PATH, HOME: home, PFLOW_HOME: join(home, '.pflow'), ...(LANG === undefined ? {} : { LANG }) };
}

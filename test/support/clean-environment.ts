// The environment of a program under test: no keys, no colour and no home of the person who runs the tests.
import { join } from 'node:path';

export function cleanEnvironment(home: string): Record<string, string> {
  const { PATH = '', LANG } = process.env;
  return { PATH, HOME: home, PFLOW_HOME: join(home, '.pflow'), ...(LANG === undefined ? {} : { LANG }) };
}

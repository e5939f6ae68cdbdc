// Chooses the compiler: the native TypeScript 7, or 5.9 where a platform has no native one.
import { existsSync } from 'node:fs';

const hasNative = existsSync(`node_modules/@typescript/typescript-${process.platform}-${process.arch}`);

/** Arguments of Node for a project that follows `-p`. One thread checks no type twice. */
export const TYPE_CHECKER: readonly [string, ...string[]] = hasNative
  ? ['node_modules/typescript-native/bin/tsc', '--singleThreaded']
  : ['node_modules/typescript/bin/tsc'];

/** Arguments of Node that compile everything. */
export const COMPILE: readonly [string, ...string[]] = [TYPE_CHECKER[0], '-b', ...TYPE_CHECKER.slice(1)];

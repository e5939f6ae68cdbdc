// The program for `pflow spend`, which is bundled into one file: see scripts/command-bundle.ts.
export { runProgram } from './program.ts';

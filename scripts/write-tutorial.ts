// Plays the commands of docs/tutorial.md and writes what they print into the page. A test does the same and compares.
import { readFileSync, writeFileSync } from 'node:fs';
import { playTutorial } from '../test/support/tutorial.ts';

const PAGE = 'docs/tutorial.md';

writeFileSync(PAGE, await playTutorial(readFileSync(PAGE, 'utf8')));

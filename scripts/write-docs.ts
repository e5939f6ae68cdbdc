// Writes docs/cli.md from the commands, docs/events.md from the schemas of the vocabulary, docs/library.md from the
// docstrings of the library, and the outputs of the console samples in the README. Tests do the same and compare.
import { readFileSync, writeFileSync } from 'node:fs';
import { refreshOutputs } from '../test/support/console-samples.ts';
import { cliPage } from './cli-page.ts';
import { eventsPage } from './events-page.ts';
import { libraryPage } from './library-page.ts';

writeFileSync('docs/events.md', eventsPage());
writeFileSync('docs/cli.md', cliPage());
writeFileSync('docs/library.md', libraryPage());
writeFileSync('README.md', refreshOutputs(readFileSync('README.md', 'utf8')));

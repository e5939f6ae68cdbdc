// Writes the generated pages of docs and the outputs in the README. They are docs/cli.md, docs/events.md and
// docs/library.md. Tests do the same and compare.
import { readFileSync, writeFileSync } from 'node:fs';
import { refreshOutputs } from '../test/support/console-samples.ts';
import { cliPage } from './cli-page.ts';
import { eventsPage } from './events-page.ts';
import { libraryPage } from './library-page.ts';

writeFileSync('docs/events.md', eventsPage());
writeFileSync('docs/cli.md', await cliPage());
writeFileSync('docs/library.md', libraryPage());
writeFileSync('README.md', refreshOutputs(readFileSync('README.md', 'utf8')));

// Writes the module of the planner's prompts from their Markdown.
import { writeFileSync } from 'node:fs';
import { PROMPT_MODULE, promptModule } from './prompt-texts.ts';

writeFileSync(PROMPT_MODULE, promptModule());

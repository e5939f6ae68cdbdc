// Writes the module of `pflow guide` from pages of docs.
import { writeFileSync } from 'node:fs';
import { GUIDE_MODULE, guideModule } from './guide-texts.ts';

writeFileSync(GUIDE_MODULE, guideModule());

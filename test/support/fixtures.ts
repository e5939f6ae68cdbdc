// Where the fixtures are.
import { resolve } from 'node:path';

export const FIXTURES = resolve(import.meta.dirname, '../../fixtures');

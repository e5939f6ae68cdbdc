// Holds the path of the fixtures folder.
import { resolve } from 'node:path';

export const FIXTURES = resolve(import.meta.dirname, '../../fixtures');

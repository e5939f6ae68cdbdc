// Random cases of a test run are the same each time: a failure belongs to the change under test and repeats.
// PROPERTY_SEED=random, or a number, explores others.
import fc from 'fast-check';

const choice = process.env['PROPERTY_SEED'] ?? '20261130';
const seed = choice === 'random' ? Date.now() : Number(choice);
if (!Number.isSafeInteger(seed))
  throw new Error(`PROPERTY_SEED: "${choice}" is neither an integer nor "random"`);

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });

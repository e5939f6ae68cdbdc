// Keeps zod from making code out of text, which the policy of the page forbids. Must be loaded before any schema is
// made.
import * as z from 'zod';

z.config({ jitless: true });

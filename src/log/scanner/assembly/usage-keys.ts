// Written by `npm run scanner`: the keys of a usage, in the order of USAGE_COUNTS in `src/events/usage-counts.ts`.
import { literal } from './bytes';

export const USAGE_KEYS: i32 = 13;
// One behind the other in memory.
export const USAGE_NAMES = literal('"input_tokens":');
literal('"output_tokens":');
literal('"total_tokens":');
literal('"cache_creation_input_tokens":');
literal('"cache_read_input_tokens":');
literal('"cache_creation_1h_input_tokens":');
literal('"reasoning_tokens":');
literal('"input_audio_tokens":');
literal('"input_image_tokens":');
literal('"cache_read_audio_tokens":');
literal('"cache_read_image_tokens":');
literal('"output_audio_tokens":');
literal('"output_image_tokens":');

// The keys of payloads with their punctuation, as pflow writes them.
import { literal } from './bytes';

export const NODE_TYPE_KEY = literal('{"node_type":"');
export const ACTION_KEY = literal(',"action":"');
export const DURATION_KEY = literal(',"duration_ms":');
export const NAME_KEY = literal('{"name":"');
export const HASH_KEY = literal(',"hash":"');
export const NODES_KEY = literal(',"nodes":[');
export const SUCCESS = literal('{"status":"success"');
export const FAILED = literal('{"status":"failed"');
export const INTERRUPTED = literal('{"status":"interrupted"');
export const EVENTS_KEY = literal(',"events":');
export const CALL_KEY = literal('{"call":');
export const PROVIDER_KEY = literal(',"provider":"');
export const MODEL_KEY = literal(',"model":"');
export const RESPONSE_MODEL_KEY = literal(',"response_model":"');
export const USAGE_KEY = literal(',"usage":{');
export const RAW_USAGE_KEY = literal(',"raw_usage":');
export const SERVICE_TIER_KEY = literal(',"service_tier":"');
export const FINISH_REASON_KEY = literal(',"finish_reason":"');

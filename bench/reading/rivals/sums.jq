# Rival: jq. `jq -n -f sums.jq LOG` prints the sums of the log. Calls are gathered by node and model first, since updating
# one place in an object costs jq less than updating three.
def tokens: {calls: .[0], input: .[1], output: .[2], cache_creation: .[3], cache_read: .[4]};
def total: transpose | map(add) | tokens;

reduce (
  inputs
  | select(.type | . == "llm.completed" or . == "node.completed" or . == "run.completed")
  | [.type, .node, .data.model, .data.usage, .data.duration_ms]
) as [$type, $node, $model, $usage, $ms] (
  {calls: {}, nodes: {}};
  if $type == "llm.completed" then
    .calls[$node][$model] |= [
      .[0] + 1,
      .[1] + $usage.input_tokens,
      .[2] + $usage.output_tokens,
      .[3] + $usage.cache_creation_input_tokens,
      .[4] + $usage.cache_read_input_tokens
    ]
  elif $type == "node.completed" then .nodes[$node] += $ms
  else .runs += 1 | .duration_ms += $ms
  end
)
| . as {$calls, $nodes}
| [$calls[] | to_entries[]] as $by_model
| {
    runs,
    duration_ms,
    total: [$by_model[].value] | total,
    models: $by_model | group_by(.key) | map({key: .[0].key, value: (map(.value) | total)}) | from_entries,
    nodes: $nodes | with_entries(.value = ([$calls[.key][]] | total) + {duration_ms: .value})
  }

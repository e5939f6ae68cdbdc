// The tab with the graph of the workflow. The way that the run took is drawn strong, other edges thin.
import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import { edgeShape } from './edge-shape.ts';
import { flowGraph, NODE_HEIGHT, NODE_WIDTH, type GraphEdge, type GraphNode } from './flow-graph.ts';
import type { LogLine } from './log-lines.ts';
import { idleStatus, STATUS_TEXTS } from './node-status.ts';
import { oneLine } from './one-line.ts';
import type { RunModel } from './run-model.ts';
import { nodeStatuses, spanTree } from './span-tree.ts';

interface GraphViewProps {
  readonly model: RunModel;
  readonly lines: readonly LogLine[];
  readonly onSelect: (node: string) => void;
}

const LONGEST_NAME = 20;

export function GraphView({ model, lines, onSelect }: GraphViewProps): VNode {
  const graph = useMemo(() => {
    const statuses = nodeStatuses(spanTree(model));
    return flowGraph(
      lines.map(({ event }) => event),
      (node) => statuses.get(node) ?? idleStatus(model),
    );
  }, [model, lines]);
  return (
    <div class="scroll graph-view">
      <svg
        width={graph.width}
        height={graph.height}
        viewBox={`0 0 ${String(graph.width)} ${String(graph.height)}`}
        role="group"
        aria-label="Graph of the workflow"
      >
        {graph.edges.map((edge, index) => (
          <EdgeLine key={index} edge={edge} />
        ))}
        {graph.nodes.map((node) => (
          <NodeBox key={node.id} node={node} onSelect={onSelect} />
        ))}
      </svg>
      <p class="muted">
        Strong lines: edges that the run took, red ones after a failure. Thin lines: edges that it did not
        take.
      </p>
    </div>
  );
}

function NodeBox({ node, onSelect }: { readonly node: GraphNode } & Pick<GraphViewProps, 'onSelect'>): VNode {
  const { id, x, y, status, visits } = node;
  const name = oneLine(id);
  const { mark, word } = STATUS_TEXTS[status];
  const shown = name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name;
  const open = (): void => {
    onSelect(id);
  };
  return (
    <g
      class={`graph-node ${status}`}
      role="button"
      tabindex={0}
      aria-label={`${name}, ${word}`}
      onClick={open}
      onKeyDown={(event) => {
        if (event.key === 'Enter' || event.key === ' ') open();
      }}
    >
      <rect x={x} y={y} width={NODE_WIDTH} height={NODE_HEIGHT} rx="5" />
      <text x={x + 12} y={y + 23}>
        {mark} {shown}
      </text>
      {visits > 1 ? (
        <text class="count" x={x + NODE_WIDTH - 10} y={y + 23} text-anchor="end">
          ×{visits}
        </text>
      ) : null}
    </g>
  );
}

function EdgeLine({ edge }: { readonly edge: GraphEdge }): VNode {
  const { action, taken } = edge;
  const { path, tip, label } = edgeShape(edge);
  return (
    <g class={`edge${taken > 0 ? ' taken' : ''}${action.startsWith('error') ? ' error' : ''}`}>
      <path d={path} />
      <path class="tip" d={tip} />
      {action === '' && taken < 2 ? null : (
        <text x={label.x} y={label.y}>
          {[oneLine(action), taken > 1 ? `×${String(taken)}` : ''].join(' ').trim()}
        </text>
      )}
    </g>
  );
}

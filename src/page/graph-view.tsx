// The tab with the graph of the workflow. The way that the run took is drawn strong, other edges thin.
import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import { flowGraph, NODE_HEIGHT, NODE_WIDTH, type GraphEdge, type GraphNode } from './flow-graph.ts';
import type { LogLine } from './log-lines.ts';
import { oneLine } from './verdict.ts';

interface GraphViewProps {
  readonly lines: readonly LogLine[];
  readonly onSelect: (node: string) => void;
}

const MARKS: Readonly<Record<GraphNode['status'], string>> = {
  completed: '✓',
  failed: '✗',
  running: '▸',
  idle: '·',
};
const LONGEST_NAME = 20;

export function GraphView({ lines, onSelect }: GraphViewProps): VNode {
  const graph = useMemo(() => flowGraph(lines.map(({ event }) => event)), [lines]);
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
      <p class="muted">Strong lines: the way that the run took. Thin lines: edges that it did not take.</p>
    </div>
  );
}

function NodeBox({ node, onSelect }: { readonly node: GraphNode } & Pick<GraphViewProps, 'onSelect'>): VNode {
  const { id, x, y, status, visits } = node;
  const name = oneLine(id);
  const shown = name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name;
  const open = (): void => {
    onSelect(id);
  };
  return (
    <g
      class={`graph-node ${status}`}
      role="button"
      tabindex={0}
      aria-label={`${name}, ${status === 'idle' ? 'did not run' : status}`}
      onClick={open}
      onKeyDown={(event) => {
        if (event.key === 'Enter' || event.key === ' ') open();
      }}
    >
      <rect x={x} y={y} width={NODE_WIDTH} height={NODE_HEIGHT} rx="5" />
      <text x={x + 12} y={y + 23}>
        {MARKS[status]} {shown}
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
  const { from, to, action, taken } = edge;
  const isBack = to.y <= from.y;
  const x1 = from.x + NODE_WIDTH / 2;
  const x2 = to.x + NODE_WIDTH / 2;
  const [y1, y2] = [from.y + NODE_HEIGHT, to.y];
  const side = Math.max(from.x, to.x) + NODE_WIDTH + 24;
  const path = isBack
    ? `M ${String(from.x + NODE_WIDTH)} ${String(from.y + NODE_HEIGHT / 2)} C ${String(side)} ${String(from.y)}, ${String(side)} ${String(to.y)}, ${String(to.x + NODE_WIDTH)} ${String(to.y + NODE_HEIGHT / 2)}`
    : `M ${String(x1)} ${String(y1)} C ${String(x1)} ${String(y1 + 22)}, ${String(x2)} ${String(y2 - 22)}, ${String(x2)} ${String(y2)}`;
  return (
    <g class={`edge${taken > 0 ? ' taken' : ''}`}>
      <path d={path} />
      {isBack ? null : (
        <path
          class="tip"
          d={`M ${String(x2 - 4)} ${String(y2 - 7)} L ${String(x2)} ${String(y2)} L ${String(x2 + 4)} ${String(y2 - 7)}`}
        />
      )}
      {action === '' && taken < 2 ? null : (
        <text x={isBack ? side : (x1 + x2) / 2 + 8} y={(y1 + y2) / 2 + 4}>
          {[oneLine(action), taken > 1 ? `×${String(taken)}` : ''].join(' ').trim()}
        </text>
      )}
    </g>
  );
}

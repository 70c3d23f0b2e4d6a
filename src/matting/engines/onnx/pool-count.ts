import type { Stage } from '../../networks/model.js';
import type { PoolIndices, Pooled } from '../../ops.js';
import type { LoadedModel } from '../../weights/load.js';
import { weightScope } from '../../weights/scope.js';
import { GraphOps } from './graph-ops.js';
import { OnnxGraph, type ValueName } from './graph.js';

/** Counts what a network does with its poolings, into a graph that is thrown away. */
class PoolCounter extends GraphOps {
  pools = 0;
  unpools = 0;

  override maxPool(x: ValueName): Pooled<ValueName> {
    this.pools += 1;
    return super.maxPool(x);
  }

  override unpool(x: ValueName, indices: PoolIndices<ValueName>): ValueName {
    this.unpools += 1;
    return super.unpool(x, indices);
  }
}

/** How many poolings a stage has, if it undoes any of them; else 0. */
export function undonePoolings({ network, tensors }: LoadedModel, stage: Stage): number {
  const graph = new OnnxGraph();
  const counter = new PoolCounter(graph);
  network.build(
    stage,
    counter,
    weightScope(tensors, (name) => name),
    'input',
  );
  return counter.unpools > 0 ? counter.pools : 0;
}

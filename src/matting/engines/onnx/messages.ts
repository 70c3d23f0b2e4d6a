import protobuf from 'protobufjs/light.js';

/** An attribute of a node; `type` says which of the others holds the value. */
export interface AttributeMessage {
  readonly name: string;
  readonly type: number;
  readonly f?: number;
  readonly i?: number;
  readonly ints?: readonly number[];
  readonly s?: Uint8Array;
}

export interface NodeMessage {
  readonly opType: string;
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly attribute: readonly AttributeMessage[];
}

export interface TensorMessage {
  readonly name: string;
  readonly dataType: DataType;
  readonly dims: readonly number[];
  /** Little-endian. */
  readonly rawData: Uint8Array;
}

/** A graph's input or output. A dimension is a number, or a name where it is not fixed. */
export interface ValueMessage {
  readonly name: string;
  readonly dims: readonly (number | string)[];
  /** float32 unless told. */
  readonly dataType?: DataType;
}

export interface GraphMessage {
  readonly name: string;
  readonly node: readonly NodeMessage[];
  readonly initializer: readonly TensorMessage[];
  readonly input: readonly ValueMessage[];
  readonly output: readonly ValueMessage[];
}

/** `TensorProto.DataType` and `AttributeProto.AttributeType`, the members in use. */
export const DATA_TYPE = { float: 1, uint8: 2, uint16: 4, int64: 7, float16: 10, uint32: 12 } as const;
export type DataType = (typeof DATA_TYPE)[keyof typeof DATA_TYPE];
export const ATTRIBUTE_TYPE = { float: 1, int: 2, string: 3, ints: 7 } as const;

/** 18 is the first in which Resize takes the axes it works on. */
const OPSET = 18;
/** The file format of ONNX 1.13, which introduced that opset. */
const IR_VERSION = 8;

const field = (id: number, type: string): { id: number; type: string } => ({ id, type });
const list = (id: number, type: string): { id: number; type: string; rule: 'repeated' } => ({
  ...field(id, type),
  rule: 'repeated',
});

/** The few messages of ONNX's onnx.proto that a network needs; field numbers are the standard's. */
const root = protobuf.Root.fromJSON({
  nested: {
    Model: {
      fields: {
        irVersion: field(1, 'int64'),
        producerName: field(2, 'string'),
        graph: field(7, 'Graph'),
        opsetImport: list(8, 'OperatorSet'),
        metadataProps: list(14, 'Property'),
      },
    },
    Property: { fields: { key: field(1, 'string'), value: field(2, 'string') } },
    OperatorSet: { fields: { domain: field(1, 'string'), version: field(2, 'int64') } },
    Graph: {
      fields: {
        node: list(1, 'Node'),
        name: field(2, 'string'),
        initializer: list(5, 'Tensor'),
        input: list(11, 'ValueInfo'),
        output: list(12, 'ValueInfo'),
      },
    },
    Node: {
      fields: {
        input: list(1, 'string'),
        output: list(2, 'string'),
        name: field(3, 'string'),
        opType: field(4, 'string'),
        attribute: list(5, 'Attribute'),
      },
    },
    Attribute: {
      fields: {
        name: field(1, 'string'),
        f: field(2, 'float'),
        i: field(3, 'int64'),
        s: field(4, 'bytes'),
        ints: list(8, 'int64'),
        type: field(20, 'int32'),
      },
    },
    Tensor: {
      fields: {
        dims: list(1, 'int64'),
        dataType: field(2, 'int32'),
        name: field(8, 'string'),
        rawData: field(9, 'bytes'),
      },
    },
    ValueInfo: { fields: { name: field(1, 'string'), type: field(2, 'Type') } },
    Type: { fields: { tensorType: field(1, 'TensorType') } },
    TensorType: { fields: { elemType: field(1, 'int32'), shape: field(2, 'Shape') } },
    Shape: { fields: { dim: list(1, 'Dimension') } },
    Dimension: { fields: { dimValue: field(1, 'int64'), dimParam: field(2, 'string') } },
  },
});

/** The bytes of an ONNX file with one graph; `metadata` is free text by name, for whoever loads it. */
export function encodeModel(
  graph: GraphMessage,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const valueInfo = ({ name, dims, dataType = DATA_TYPE.float }: ValueMessage): object => {
    const dim = dims.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
    return { name, type: { tensorType: { elemType: dataType, shape: { dim } } } };
  };
  const message = {
    irVersion: IR_VERSION,
    producerName: 'matteflow',
    opsetImport: [{ domain: '', version: OPSET }],
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    graph: {
      ...graph,
      // Named by place, so that an engine's message about one can be followed.
      node: graph.node.map((node, i) => ({ ...node, name: `${node.opType}_${i}` })),
      input: graph.input.map(valueInfo),
      output: graph.output.map(valueInfo),
    },
  };
  // Copied out of the writer's pooled buffer, which holds other things as well.
  return new Uint8Array(root.lookupType('Model').encode(message).finish());
}

import protobuf from 'protobufjs/light.js';

/** One line of a TensorBoard log: what was true at a step. */
export interface EventMessage {
  /** Seconds since 1970. */
  readonly wallTime: number;
  readonly step: number;
  /** Only the first event of a file says it. */
  readonly fileVersion?: string;
  readonly summary?: { readonly value: readonly SummaryValue[] };
}

export interface SummaryValue {
  readonly tag: string;
  readonly simpleValue?: number;
  readonly image?: {
    readonly height: number;
    readonly width: number;
    /** Channels: 1 grey, 3 RGB. */
    readonly colorspace: number;
    readonly encodedImageString: Uint8Array;
  };
}

/** The few messages of TensorFlow's event.proto and summary.proto that training needs; field numbers are theirs. */
const { nested } = protobuf.Root.fromJSON({
  nested: {
    Event: {
      oneofs: { what: { oneof: ['fileVersion', 'summary'] } },
      fields: {
        wallTime: { id: 1, type: 'double' },
        step: { id: 2, type: 'int64' },
        fileVersion: { id: 3, type: 'string' },
        summary: { id: 5, type: 'Summary' },
      },
    },
    Summary: { fields: { value: { id: 1, type: 'SummaryValue', rule: 'repeated' } } },
    SummaryValue: {
      oneofs: { value: { oneof: ['simpleValue', 'image'] } },
      fields: {
        tag: { id: 1, type: 'string' },
        simpleValue: { id: 2, type: 'float' },
        image: { id: 4, type: 'Image' },
      },
    },
    Image: {
      fields: {
        height: { id: 1, type: 'int32' },
        width: { id: 2, type: 'int32' },
        colorspace: { id: 3, type: 'int32' },
        encodedImageString: { id: 4, type: 'bytes' },
      },
    },
  },
});

const EVENT = nested!.Event as protobuf.Type;

/** An event as TensorBoard reads it. */
export function encodeEvent(event: EventMessage): Uint8Array {
  return EVENT.encode(event).finish();
}

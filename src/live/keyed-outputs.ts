import { asError } from '../core/errors.js';
import type { FramePlanes, IntegerFormat } from '../core/frame.js';
import type { AacFormat } from '../output/aac.js';
import type { KeyedOutput, OutputReport } from './keyed-output.js';
import { Recording, type RecordingParts } from './recording.js';
import { Relay, type RelayParts } from './relay.js';

/** What there is to be besides viewers. */
export interface OutputsParts {
  readonly record?: RecordingParts;
  readonly relay?: RelayParts;
  readonly onNotice: (notice: string) => void;
}

/** The stream there is now. */
interface Stream {
  readonly format: IntegerFormat;
  /** Undefined where there is none. Absent before that is known: outputs begin then, so that it is in them from the start. */
  sound?: AacFormat | undefined;
  /** Undefined before they are opened. */
  outputs?: KeyedOutput[];
}

/** Opens the recording and the relay for each stream, and closes them with it. Nobody waits for that but `close`. */
export class KeyedOutputs {
  readonly #parts: OutputsParts;
  /** Of streams that have ended. */
  readonly #closing = new Set<Promise<void>>();
  #stream: Stream | undefined;

  constructor(parts: OutputsParts) {
    this.#parts = parts;
  }

  get reports(): readonly OutputReport[] {
    return this.#stream?.outputs?.map(({ report }) => report) ?? [];
  }

  /** A stream begins. */
  begin(format: IntegerFormat): void {
    this.end();
    this.#stream = { format };
  }

  /**
   * What sound the stream has. Where that changes on the way, which no container holds, new files and connections are
   * begun.
   *
   * @param sound - undefined: none so far
   */
  announce(sound: AacFormat | undefined): void {
    const stream = this.#stream;
    if (!stream || sameSound(stream.sound, sound)) return;
    if (stream.outputs && sound) this.begin(stream.format);
    this.#stream!.sound ??= sound;
  }

  /** @param milliseconds - when it is shown, growing */
  picture(planes: Pick<FramePlanes, 'colour' | 'alpha'>, milliseconds: number): void {
    const stream = this.#stream;
    if (!stream) return;
    if (!stream.outputs) {
      if (!('sound' in stream)) return;
      this.#open(stream);
    }
    for (const output of stream.outputs!) output.picture(planes, milliseconds);
  }

  /** An AAC frame without header. @param milliseconds - on the pictures' clock */
  sound(data: Uint8Array, milliseconds: number): void {
    if (!this.#stream?.sound) return;
    for (const output of this.#stream.outputs ?? []) output.sound(data, milliseconds);
  }

  /** The stream has ended. Files are finished meanwhile. */
  end(): void {
    const stream = this.#stream;
    this.#stream = undefined;
    for (const output of stream?.outputs ?? []) {
      const closed = output.close().finally(() => this.#closing.delete(closed));
      this.#closing.add(closed);
    }
  }

  /** Resolves when everything is finished. */
  async close(): Promise<void> {
    this.end();
    await Promise.all(this.#closing);
  }

  #open(stream: Stream): void {
    const { record, relay, onNotice } = this.#parts;
    const { format, sound } = stream;
    const outputs: KeyedOutput[] = relay ? [new Relay(relay, { format, sound })] : [];
    stream.outputs = outputs;
    if (!record) return;
    const opened = Recording.open(record, { format, sound }).then(
      (recording) => {
        if (this.#stream === stream) outputs.push(recording);
        else return recording.close();
      },
      (error: unknown) => onNotice(`The stream cannot be recorded. ${asError(error).message}`),
    );
    const tracked = opened.finally(() => this.#closing.delete(tracked));
    this.#closing.add(tracked);
  }
}

function sameSound(a: AacFormat | undefined, b: AacFormat | undefined): boolean {
  return a !== undefined && b !== undefined && Buffer.from(a.config).equals(b.config);
}

import { asError } from '../core/errors.js';
import type { Ffmpeg } from '../ffmpeg/tools.js';
import { parseAacConfig } from '../output/aac.js';
import type { StreamPacket } from '../output/flv-packets.js';
import type { SocketHub } from '../output/socket-hub.js';
import type { KeyedOutputs } from './keyed-outputs.js';
import { SoundDelay } from './sound-delay.js';
import { SoundReader } from './sound-reader.js';

/** Whom a session's sound goes to. */
export interface SoundParts {
  readonly ffmpeg: Ffmpeg;
  readonly hub: SocketHub;
  readonly outputs: KeyedOutputs;
  readonly onNotice: (notice: string) => void;
}

/** The sound of one session, from the publisher to viewers, recording and relay, behind the pictures it belongs to. */
export class SessionSound {
  readonly #parts: SoundParts;
  readonly #reader: SoundReader;
  readonly #delay = new SoundDelay();
  /** The publisher's time of the session's first picture, milliseconds. */
  #origin = 0;
  /** What viewers have to know of it. */
  #greeting: object | undefined;
  #greeted = false;

  /** @param url - where ffmpeg reads the stream */
  constructor(url: string, parts: SoundParts) {
    this.#parts = parts;
    this.#reader = new SoundReader(parts.ffmpeg, url, {
      onPacket: (packet) => this.#hear(packet),
      onNone: () => parts.outputs.announce(undefined),
    });
  }

  /** Whether the publisher sends any. */
  get there(): boolean {
    return this.#greeting !== undefined;
  }

  /** What viewers are greeted with besides the pictures; what is known later they are told then. */
  greeting(): readonly object[] {
    this.#greeted = true;
    return this.#greeting ? [this.#greeting] : [];
  }

  /**
   * A picture has left.
   *
   * @param time - on the session's clock, milliseconds
   * @param origin - the publisher's time of that clock's zero
   */
  shown(time: number, origin: number): void {
    this.#origin = origin;
    this.#send(this.#delay.shown(time + origin));
  }

  close(): Promise<void> {
    return this.#reader.close();
  }

  #hear(packet: StreamPacket): void {
    if (packet.config) this.#announce(packet.data);
    else this.#send(this.#delay.add(packet));
  }

  #announce(data: Uint8Array): void {
    const { hub, outputs, onNotice } = this.#parts;
    try {
      const format = parseAacConfig(data);
      const { codec, sampleRate, channels } = format;
      this.#greeting = {
        ...{ kind: 'sound', codec, sampleRate, channels },
        config: Buffer.from(data).toString('base64'),
      };
      if (this.#greeted) hub.addGreeting(this.#greeting);
      outputs.announce(format);
    } catch (error) {
      onNotice(asError(error).message);
    }
  }

  #send(packets: readonly StreamPacket[]): void {
    const { hub, outputs } = this.#parts;
    for (const packet of packets) {
      const time = packet.time - this.#origin;
      // What was heard before the first picture.
      if (time < 0) continue;
      hub.send({ ...packet, time }, { number: 0, latency: 0 });
      outputs.sound(packet.data, time);
    }
  }
}

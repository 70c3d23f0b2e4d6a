import { codecOf, type Draw, type Player, type VideoPacket } from './player.js';

/** Packets that may wait to be decoded: more, and this machine is too slow for all of them. */
const MOST_WAITING = 8;

/** Decodes with WebCodecs: each picture is drawn as soon as it is there. */
export class WebCodecsPlayer implements Player {
  readonly name = 'WebCodecs';
  readonly #draw: Draw;
  #config: VideoDecoderConfig | undefined;
  #decoder: VideoDecoder | undefined;
  #needsKey = true;
  #dropped = 0;

  constructor(draw: Draw) {
    this.#draw = draw;
  }

  get dropped(): number {
    return this.#dropped;
  }

  begin(avcC: Uint8Array, { width, height }: { width: number; height: number }): void {
    this.#config = {
      codec: codecOf(avcC),
      description: avcC,
      codedWidth: width,
      codedHeight: height,
      optimizeForLatency: true,
    };
    this.#rebuild();
  }

  take({ key, time, data }: VideoPacket): void {
    const decoder = this.#decoder;
    if (!decoder) return;
    if (decoder.decodeQueueSize > MOST_WAITING) this.#needsKey = true;
    if (this.#needsKey && !key) {
      this.#dropped += 1;
      return;
    }
    this.#needsKey = false;
    decoder.decode(new EncodedVideoChunk({ type: key ? 'key' : 'delta', timestamp: 1000 * time, data }));
  }

  /** One malformed packet closes a decoder for good. */
  #rebuild(): void {
    if (this.#decoder && this.#decoder.state !== 'closed') this.#decoder.close();
    this.#needsKey = true;
    const decoder = new VideoDecoder({
      output: (picture) => {
        this.#draw(picture, picture.timestamp / 1000);
        picture.close();
      },
      error: () => {
        this.#dropped += 1;
        if (this.#decoder === decoder) this.#rebuild();
      },
    });
    this.#decoder = decoder;
    decoder.configure(this.#config!);
  }
}

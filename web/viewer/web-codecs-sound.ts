import { SoundClock, type Loudspeaker } from './sound-clock.js';
import type { SoundFormat, SoundPacket, SoundPlayer } from './sound.js';

/** Milliseconds after which the loudspeaker's time is not to be trusted. */
const STALE = 500;

/** Decodes with WebCodecs and places each packet on the loudspeaker's clock. */
export class WebCodecsSound implements SoundPlayer {
  readonly #clock = new SoundClock();
  readonly #playing = new Set<AudioBufferSourceNode>();
  #context: AudioContext | undefined;
  #config: AudioDecoderConfig | undefined;
  #decoder: AudioDecoder | undefined;
  /** Whether the present decoder has decoded anything. */
  #able = false;

  begin({ codec, sampleRate, channels, config }: SoundFormat): void {
    this.#config = { codec, sampleRate, numberOfChannels: channels, description: config };
    this.#clock.pause();
    this.#rebuild();
  }

  take({ time, data }: SoundPacket): void {
    if (this.#context?.state !== 'running') return;
    if (this.#decoder?.state !== 'configured') return;
    this.#decoder.decode(new EncodedAudioChunk({ type: 'key', timestamp: 1000 * time, data }));
  }

  shown(time: number): void {
    this.#clock.shown(time, performance.now());
  }

  async play(): Promise<boolean> {
    const context = (this.#context ??= new AudioContext({ latencyHint: 'interactive' }));
    // Where it may not begin, this waits until it may.
    void context.resume();
    if (context.state !== 'running') {
      await new Promise((resolve) => {
        context.addEventListener('statechange', resolve, { once: true });
        setTimeout(resolve, 500);
      });
    }
    return context.state === 'running';
  }

  mute(): void {
    void this.#context?.suspend();
    this.#silence();
    this.#clock.pause();
  }

  end(): void {
    this.#silence();
    this.#clock.restart();
    this.#close();
    this.#config = undefined;
  }

  /** One malformed packet closes a decoder for good. */
  #rebuild(): void {
    this.#close();
    if (!this.#config) return;
    const decoder = new AudioDecoder({
      output: (sound) => this.#place(sound),
      error: () => {
        // One that never could will not now.
        if (this.#decoder === decoder && this.#able) this.#rebuild();
      },
    });
    this.#decoder = decoder;
    this.#able = false;
    decoder.configure(this.#config);
  }

  #place(sound: AudioData): void {
    this.#able = true;
    const context = this.#context;
    const { numberOfFrames, numberOfChannels, sampleRate, timestamp } = sound;
    const duration = (1000 * numberOfFrames) / sampleRate;
    const loudspeaker = context && loudspeakerOf(context);
    const place =
      loudspeaker &&
      this.#clock.place({ time: timestamp / 1000, duration, tick: 1000 / context.sampleRate }, loudspeaker);
    if (place) {
      const buffer = context.createBuffer(numberOfChannels, numberOfFrames, sampleRate);
      for (let channel = 0; channel < numberOfChannels; channel++)
        sound.copyTo(buffer.getChannelData(channel), { planeIndex: channel, format: 'f32-planar' });
      const source = context.createBufferSource();
      source.buffer = buffer;
      source.playbackRate.value = duration / place.duration;
      source.connect(context.destination);
      source.addEventListener('ended', () => this.#playing.delete(source));
      this.#playing.add(source);
      source.start(place.start / 1000);
    }
    sound.close();
  }

  #silence(): void {
    for (const source of this.#playing) source.stop();
    this.#playing.clear();
  }

  #close(): void {
    if (this.#decoder && this.#decoder.state !== 'closed') this.#decoder.close();
    this.#decoder = undefined;
  }
}

/** Undefined while it has not played anything lately: what the browser then says of it is from before. */
function loudspeakerOf(context: AudioContext): Loudspeaker | undefined {
  const { contextTime = 0, performanceTime = 0 } = context.getOutputTimestamp();
  if (contextTime === 0 || performance.now() - performanceTime > STALE) return undefined;
  return { now: 1000 * context.currentTime, ahead: 1000 * contextTime - performanceTime };
}

/** AAC as the server announces it. */
export interface SoundFormat {
  /** `mp4a.40.2` */
  readonly codec: string;
  /** Hertz. */
  readonly sampleRate: number;
  readonly channels: number;
  /** AudioSpecificConfig. */
  readonly config: Uint8Array<ArrayBuffer>;
}

/** An AAC frame without header. */
export interface SoundPacket {
  /** Milliseconds, on the pictures' clock. */
  readonly time: number;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** Plays a stream's sound behind its pictures: it follows them, they never wait for it. */
export interface SoundPlayer {
  begin(format: SoundFormat): void;
  take(packet: SoundPacket): void;
  /** A picture is drawn now. @param time - its own, milliseconds */
  shown(time: number): void;
  /** To be called in a gesture: browsers let no page begin by itself. @returns whether it is heard now */
  play(): Promise<boolean>;
  mute(): void;
  /** The stream has ended. */
  end(): void;
}

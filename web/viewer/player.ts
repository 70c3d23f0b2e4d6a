import type { PictureSource } from './picture.js';

/** A picture's packet: H.264, lengths before its units. */
export interface VideoPacket {
  readonly key: boolean;
  readonly number: number;
  /** Milliseconds. */
  readonly time: number;
  readonly data: Uint8Array;
}

/** Shows a stream's packets, whatever decodes them. */
export interface Player {
  /** In words. */
  readonly name: string;
  /** Begins a stream. @param avcC - what its decoder is set up with */
  begin(avcC: Uint8Array, size: { readonly width: number; readonly height: number }): void;
  take(packet: VideoPacket): void;
  /** Packets that were not shown. */
  readonly dropped: number;
}

/** Sees each picture that is to be drawn now; it is gone afterwards. @param time - milliseconds, of its packet */
export type Draw = (picture: PictureSource, time: number) => void;

/** `avc1.` and profile, constraints and level, from the decoder's own set-up. */
export function codecOf(avcC: Uint8Array): string {
  return `avc1.${[...avcC.subarray(1, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

import type { StoredKey } from './keys.js';

/** What the server's process is told when it starts. */
export interface RtmpSetup {
  /** The address publishers connect to: `0.0.0.0`, `127.0.0.1`, … */
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly publishKeys: readonly StoredKey[];
  /** Lets our own ffmpeg play the stream; made anew for each run. */
  readonly playKey: StoredKey;
}

/** Why a connection was turned away. */
export type Refusal =
  'wrong key' | 'another publisher is there' | 'not this machine' | 'broken' | 'silent' | 'too many';

/** What happens at the server. */
export type RtmpEvent =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'failed'; readonly code: string }
  | { readonly kind: 'published'; readonly address: string }
  /** The publisher has gone, whether it said so or not. */
  | { readonly kind: 'unpublished' }
  | { readonly kind: 'refused'; readonly why: Refusal; readonly address: string }
  /** Two key frames were further apart than players can wait for. Once a publisher. */
  | { readonly kind: 'sparse key frames'; readonly seconds: number }
  | { readonly kind: 'load'; readonly connections: number; readonly rss: number };

import type { EngineOptions, RunOptions } from '../pipeline/options.js';
import type { StoredKey } from './rtmp/keys.js';

/** What a live service is started with. */
export interface LiveOptions extends EngineOptions, Omit<RunOptions, 'onProgress'> {
  /** The port publishers connect to; 0: any that is free. Default 1935. */
  readonly rtmpPort?: number;
  /** The port of the viewers' page; 0: any that is free. Default 8080. */
  readonly httpPort?: number;
  /** The port of health and metrics, on the loopback address; 0: any that is free. Default 9464. */
  readonly healthPort?: number;
  /** The address publishers and viewers connect to. Default `127.0.0.1`: this machine alone. */
  readonly host?: string;
  readonly publishKeys: readonly StoredKey[];
  readonly viewKeys: readonly StoredKey[];
  /** Open the page with its controls. */
  readonly operatorKeys: readonly StoredKey[];
  /** PEM files. Without them the page is http, which shows WebCodecs on this machine alone. */
  readonly tls?: { readonly certPath: string; readonly keyPath: string };
  /** Origins of other pages that may show the stream: exactly `https://host[:port]`. */
  readonly origins?: readonly string[];
  /** Viewers at once. Default 50. */
  readonly viewers?: number;
  /** Viewers at once from one address. Default 10. */
  readonly viewersAnAddress?: number;
  /**
   * Milliseconds from a frame's arrival to its encoding beyond which quality is given up. Default 150: on top come some 100 of the
   * publisher's encoder, the network and the page.
   */
  readonly latency?: number;
  /** A picture of the scene with the subject and its painted trimap, the same size; instead of a plate. */
  readonly keyframe?: { readonly picturePath: string; readonly trimapPath: string };
  /** A `.mov` or `.webm` for the keyed stream; later publishers get a number in its name. Nothing is ever replaced. */
  readonly record?: string;
  /** `rtmp://server/application/key`: where the subject is published, over `background`. */
  readonly rtmpOut?: string;
  /** `#rrggbb`, a colour's name, a picture or a video. Default: green. */
  readonly background?: string;
  /** A network that makes trimaps, a .safetensors file of the model `trimap-unet`; instead of a plate or keyframe. */
  readonly trimapModel?: string;
}

export const DEFAULTS = {
  rtmpPort: 1935,
  httpPort: 8080,
  healthPort: 9464,
  host: '127.0.0.1',
  viewers: 50,
  viewersAnAddress: 10,
  latency: 150,
} as const;

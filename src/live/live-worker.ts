/** The thread of what is remembered from frame to frame: trimaps, the last matte. One thread, frames in order. */
import { viewPlanes, type IntegerFormat, type FrameMemory } from '../core/frame.js';
import { task, type Task } from '../core/thread.js';
import { packStacked } from '../output/pack-stacked.js';
import { framePicture } from '../pipeline/frame-picture.js';
import { openTrimapNetwork, type TrimapNetwork } from '../pipeline/trimap-network.js';
import { KeyframeTrimaps } from './keyframe-trimaps.js';
import { NetworkTrimaps } from './network-trimaps.js';
import { PictureState, type TrimapState } from './picture-state.js';
import { reducedSize, reduction } from './reduced-picture.js';

/** A picture and what was painted for it, both of `reducedSize`. */
export interface KeyframeInput {
  /** Interleaved R′G′B′ bytes. */
  readonly rgb: Uint8Array;
  /** 0, 128, 255. */
  readonly trimap: Uint8Array;
}

/** The present picture, for a keyframe to be painted on. */
export interface TakenPicture {
  readonly width: number;
  readonly height: number;
  /** Interleaved R′G′B′ bytes. */
  readonly rgb: Uint8Array;
  /** The frame's own, 0, 128, 255; background all over where there is nothing to make one from yet. */
  readonly trimap: Uint8Array;
  /** `rgb`, of `reducedSize`. */
  readonly reduced: Uint8Array;
}

/** A network that makes trimaps, and what runs it. */
export interface TrimapNetworkInput {
  /** A .safetensors file of the model `trimap-unet`. */
  readonly file: string;
  readonly engine: 'auto' | 'onnx' | 'tfjs';
  readonly device: string;
  readonly threads: number;
}

let network: TrimapNetwork | undefined;
let state: PictureState | undefined;
let size = { width: 0, height: 0 };

function opened(): PictureState {
  if (!state) throw new Error('a frame comes before its format');
  return state;
}

/** Forgets everything: pictures of another size, or of another publisher, follow. */
export const open: Task<IntegerFormat, void> = task((format) => {
  state = new PictureState(format);
  size = reducedSize(format);
  if (network) state.use(new NetworkTrimaps(network, size, reduction(format)));
});

/** Streams that are opened from now on begin with its trimaps. */
export const openNetwork: Task<TrimapNetworkInput, void> = task(async ({ file, ...options }) => {
  network = await openTrimapNetwork(file, options);
});

export const close: Task<undefined, void> = task(async () => {
  await network?.dispose();
});

export const capturePlate: Task<undefined, void> = task(() => opened().capturePlate());

export const useKeyframe: Task<KeyframeInput, void> = task(({ rgb, trimap }) => {
  opened().use(new KeyframeTrimaps(rgb, trimap, size));
});

/** Of the frame that was looked at last. */
export const takePicture: Task<FrameMemory, TakenPicture> = task((memory) => {
  const { width, height } = memory.format;
  const rgb = new Uint8Array(3 * width * height);
  framePicture(rgb, memory, { width, height });
  return {
    ...{ width, height, rgb },
    trimap: Uint8Array.from(viewPlanes(memory).trimap),
    reduced: opened().takePicture(),
  };
});

/** What was painted on the picture taken last, of `reducedSize`. @returns false when it is no more */
export const paint: Task<Uint8Array, boolean> = task((trimap) => opened().paint(trimap));

export const fillTrimap: Task<FrameMemory, TrimapState> = task((memory) =>
  opened().fillTrimap(viewPlanes(memory)),
);

/** Alpha and trimap moved from the last matted frame. @returns whether that could be done */
export const move: Task<FrameMemory, boolean> = task((memory) => opened().move(viewPlanes(memory)));

export const keep: Task<FrameMemory, number> = task((memory) => opened().keep(viewPlanes(memory)));

export const finish: Task<{ memory: FrameMemory; kept: boolean }, void> = task(({ memory, kept }) => {
  opened().finish(viewPlanes(memory), kept);
});

export const pack: Task<FrameMemory, void> = task((memory) => {
  const planes = viewPlanes(memory);
  packStacked(planes.packed, planes, memory.format);
});

import type { PaintedFrame, PropagationStatus, ServerEvents, ServerState } from './server.js';

/** What the server has said of the clip's frames. */
export class ClipState {
  /** By number, 0..1. */
  readonly confidences = new Map<number, number>();
  painted: ReadonlyMap<number, PaintedFrame> = new Map();
  propagation: PropagationStatus;
  /** Frames from the first on that can be scrubbed to at once. */
  proxies: number;
  /** Numbers of the frames that begin another shot, of those that have a proxy. */
  cuts: ReadonlySet<number>;

  constructor(state: ServerState) {
    this.propagation = state.propagation;
    this.proxies = state.proxies;
    this.cuts = new Set(state.cuts);
    this.take(state);
  }

  take({ painted, propagated, propagation, proxies, cuts }: ServerState): void {
    this.takePainted(painted);
    this.confidences.clear();
    for (const [number, confidence] of propagated) this.confidences.set(number, confidence);
    this.propagation = propagation;
    this.proxies = proxies;
    this.cuts = new Set(cuts);
  }

  takeProxies({ made, cut }: ServerEvents['proxies']): void {
    this.proxies = made;
    if (cut !== undefined) this.cuts = new Set([...this.cuts, cut]);
  }

  takePainted(frames: readonly PaintedFrame[]): void {
    this.painted = new Map(frames.map((frame) => [frame.number, frame]));
  }

  takePropagated({ number, confidence, done }: ServerEvents['propagated']): void {
    this.confidences.set(number, confidence);
    this.propagation = { ...this.propagation, done };
  }

  /** Painted frames that are not keyframes on the disk as they are now. */
  get unsaved(): number {
    return [...this.painted.values()].filter(({ saved }) => !saved).length;
  }

  /** Numbers of frames that have been painted, or are not painted any more, since this was said. */
  changedIn({ painted }: ServerState): number[] {
    const now = new Map(painted.map((frame) => [frame.number, frame.revision]));
    const all = new Set([...this.painted.keys(), ...now.keys()]);
    return [...all].filter((number) => this.painted.get(number)?.revision !== now.get(number));
  }
}

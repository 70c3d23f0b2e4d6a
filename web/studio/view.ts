import type { Point } from './brush.js';
import type { Size } from './trimap-edit.js';

/** How the picture lies in a pane: a picture's point p is seen at `p × zoom + offset`, in the pane's own pixels. */
export interface View {
  /** Pane pixels a picture pixel. */
  readonly zoom: number;
  readonly x: number;
  readonly y: number;
}

const SMALLEST = 0.05;
const LARGEST = 40;

/** The whole picture, as large as it can be with a little room round it. */
export function fit(picture: Size, pane: Size, room = 12): View {
  const space = Math.min((pane.width - 2 * room) / picture.width, (pane.height - 2 * room) / picture.height);
  return centred(picture, pane, Math.min(LARGEST, Math.max(SMALLEST, space)));
}

/** The middle of the picture in the middle of the pane. */
export function centred({ width, height }: Size, pane: Size, zoom: number): View {
  return { zoom, x: (pane.width - width * zoom) / 2, y: (pane.height - height * zoom) / 2 };
}

/** Zoomed round a point of the pane, which keeps what it shows. */
export function zoomedAt({ zoom, x, y }: View, at: Point, factor: number): View {
  const next = Math.min(LARGEST, Math.max(SMALLEST, zoom * factor));
  const scale = next / zoom;
  return { zoom: next, x: at.x - (at.x - x) * scale, y: at.y - (at.y - y) * scale };
}

export function moved({ zoom, x, y }: View, by: Point): View {
  return { zoom, x: x + by.x, y: y + by.y };
}

/** The picture's point that is seen at a point of the pane. */
export function toPicture({ zoom, x, y }: View, at: Point): Point {
  return { x: (at.x - x) / zoom, y: (at.y - y) / zoom };
}

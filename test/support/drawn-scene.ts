/** A locked camera's room, and a disc that may stand in it. */
export interface DrawnScene {
  readonly width: number;
  readonly height: number;
  /** Whether the disc is there. */
  present: boolean;
  /** Of the disc in frame `frame`, pixels. */
  readonly centre: (frame: number) => { readonly x: number; readonly y: number };
  readonly radius: number;
  readonly draw: (rgb: Uint8Array, frame: number) => void;
}

/** The disc is yellow, moves from side to side, and has an edge that is soft over two pixels. */
export function drawnScene(width: number, height: number): DrawnScene {
  const radius = height / 4;
  const centre = (frame: number): { x: number; y: number } => ({
    x: width / 2 + (width / 8) * Math.sin(frame / 20),
    y: height / 2,
  });
  const scene: DrawnScene = {
    ...{ width, height, radius, centre },
    present: false,
    draw: (rgb, frame) => {
      const { x: cx, y: cy } = centre(frame);
      for (let y = 0, at = 0; y < height; y++) {
        for (let x = 0; x < width; x++, at += 3) {
          // Tiles of a few dark colours, which the disc shares none of.
          const tile = (Math.floor(x / 16) * 7 + Math.floor(y / 16) * 3) % 5;
          const away = Math.hypot(x - cx, y - cy);
          const alpha = scene.present ? Math.max(0, Math.min(1, (radius - away) / 2 + 0.5)) : 0;
          const shade = 220 - 40 * Math.cos(x / 5);
          rgb[at] = (1 - alpha) * (30 + 8 * tile) + alpha * shade;
          rgb[at + 1] = (1 - alpha) * (40 + 10 * tile) + alpha * (shade - 20);
          rgb[at + 2] = (1 - alpha) * (90 - 9 * tile) + alpha * 40;
        }
      }
    },
  };
  return scene;
}

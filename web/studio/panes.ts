import type { Point } from './brush.js';
import { at } from './dom.js';
import type { ClipFacts } from './server.js';
import type { Size } from './trimap-edit.js';
import { centred, fit, moved, toPicture, zoomedAt, type View } from './view.js';

/** Pixels, and how wide one is for its height. */
export type SeenPicture = Pick<ClipFacts, 'width' | 'height' | 'aspect'>;

/**
 * The picture's place in the panes, the same in both. Pixels that are not square are stretched here alone: a view is of
 * the picture as it is seen.
 */
export class Panes {
  readonly #panes = document.querySelectorAll<HTMLElement>('.pane');
  readonly #clip: SeenPicture;
  readonly #onMove: () => void;
  readonly #resized = new ResizeObserver(() => (this.#fitted ? this.fit() : this.#place()));
  #view: View = { zoom: 1, x: 0, y: 0 };
  /** Whether the picture keeps filling the pane when the window changes. */
  #fitted = true;

  constructor(clip: SeenPicture, onMove: () => void) {
    this.#clip = clip;
    this.#onMove = onMove;
    for (const stage of document.querySelectorAll<HTMLElement>('.stage')) {
      stage.style.width = `${clip.width}px`;
      stage.style.height = `${clip.height}px`;
    }
    for (const canvas of document.querySelectorAll<HTMLCanvasElement>('.stage canvas')) {
      canvas.width = clip.width;
      canvas.height = clip.height;
    }
    for (const pane of this.#panes) this.#listen(pane);
    this.#resized.observe(at('paint'));
  }

  /** The panes are taken from the page. */
  close(): void {
    this.#resized.disconnect();
  }

  /** Pane pixels a picture pixel, each way. */
  get scale(): Point {
    return { x: this.#view.zoom * this.#clip.aspect, y: this.#view.zoom };
  }

  /** The picture's point below a pointer. */
  pictureAt(event: MouseEvent): Point {
    const { x, y } = toPicture(this.#view, inPane(event, at('paint')));
    return { x: x / this.#clip.aspect, y };
  }

  fit(): void {
    this.#set(fit(this.#seen, this.#pane), true);
  }

  actualSize(): void {
    this.#set(centred(this.#seen, this.#pane, 1 / devicePixelRatio));
  }

  zoom(factor: number): void {
    const { width, height } = this.#pane;
    this.#set(zoomedAt(this.#view, { x: width / 2, y: height / 2 }, factor));
  }

  pan(by: Point): void {
    this.#set(moved(this.#view, by));
  }

  get #seen(): Size {
    const { width, height, aspect } = this.#clip;
    return { width: width * aspect, height };
  }

  get #pane(): Size {
    return { width: at('paint').clientWidth, height: at('paint').clientHeight };
  }

  #listen(pane: HTMLElement): void {
    pane.addEventListener(
      'wheel',
      (event) => {
        event.preventDefault();
        if (event.altKey) return;
        this.#set(zoomedAt(this.#view, inPane(event, pane), Math.exp(-event.deltaY / 400)));
      },
      { passive: false },
    );
  }

  #set(view: View, fitted = false): void {
    this.#view = view;
    this.#fitted = fitted;
    this.#place();
  }

  #place(): void {
    const { x, y } = this.#view;
    const { scale } = this;
    for (const stage of document.querySelectorAll<HTMLElement>('.stage')) {
      stage.style.transform = `translate(${x}px, ${y}px) scale(${scale.x}, ${scale.y})`;
      stage.style.setProperty('--zoom', String(scale.y));
      stage.toggleAttribute('data-near', scale.y >= 2);
    }
    this.#onMove();
  }
}

function inPane({ clientX, clientY }: MouseEvent, pane: HTMLElement): Point {
  const { left, top } = pane.getBoundingClientRect();
  return { x: clientX - left, y: clientY - top };
}

import { drawBand } from '../studio/band.js';
import { BrushTool, type ToolSettings } from '../studio/brush-tool.js';
import { at, wordsOf } from '../studio/dom.js';
import { NO_HISTORY, record, redo, undo, type History } from '../studio/history.js';
import { Overlay } from '../studio/overlay.js';
import { Panes } from '../studio/panes.js';
import { applyEdit, editBetween, rowsOf, type Rows, type Size } from '../studio/trimap-edit.js';

/** Pixels across that the band gets. */
const BAND_WIDTH = 16;

/** The picture that is painted, and its trimap. */
interface TakenPicture {
  /** Where the trimap is got and put. */
  readonly path: string;
  readonly picture: ImageBitmap;
  readonly trimap: Uint8Array;
}

/**
 * Takes the stream's present picture and opens it to be painted, over the page; the stream goes on below.
 *
 * @param key - the operator's
 * @param onUsed - when what was painted has been taken
 * @throws Error with the server's words when there is no picture
 */
export async function openPainter(key: string, onUsed: () => void): Promise<void> {
  const taken = await takePicture(key);
  const template = at('painter-template', HTMLTemplateElement);
  document.body.append(template.content.cloneNode(true));
  new Painter(taken, async (trimap) => {
    await call(taken.path, key, { method: 'PUT', body: trimap as Uint8Array<ArrayBuffer> });
    onUsed();
  });
}

/** The studio's brush, without its clip: one picture, one trimap. */
class Painter {
  readonly #size: Size;
  readonly #trimap: Uint8Array;
  readonly #panes: Panes;
  readonly #overlay = new Overlay();
  readonly #brush: BrushTool<{ readonly trimap: Uint8Array; readonly under: Uint8Array }>;
  readonly #ended = new AbortController();
  #history: History = NO_HISTORY;

  constructor({ picture, trimap }: TakenPicture, use: (trimap: Uint8Array) => Promise<void>) {
    const { width, height } = picture;
    this.#size = { width, height };
    this.#trimap = trimap;
    const frame = { trimap, under: trimap.slice() };
    this.#panes = new Panes({ width, height, aspect: 1 }, () => this.#brush.showCursor());
    this.#brush = new BrushTool({
      ...{ size: this.#size, panes: this.#panes },
      frame: () => frame,
      onPaint: (rows) => this.#draw(rows),
      onStroke: (_, before) => this.#commit(before),
    });
    this.#brush.settings.value = 255;
    at('taken', HTMLCanvasElement).getContext('2d')!.drawImage(picture, 0, 0);
    this.#bind(use);
    this.#draw([0, height]);
    this.#show();
  }

  #bind(use: (trimap: Uint8Array) => Promise<void>): void {
    const { settings } = this.#brush;
    for (const button of all('[data-paint]'))
      this.#on(button, () => {
        settings.value = Number(button.dataset.paint);
        if (settings.tool === 'eraser') settings.tool = 'brush';
      });
    for (const button of all('[data-tool]'))
      this.#on(button, () => (settings.tool = button.dataset.tool as ToolSettings['tool']));
    const size = at('size', HTMLInputElement);
    size.addEventListener('input', () => (settings.diameter = size.valueAsNumber));
    this.#on(at('band'), () => {
      const before = this.#trimap.slice();
      drawBand(this.#trimap, this.#size, BAND_WIDTH);
      this.#commit(before);
    });
    this.#on(at('undo'), () => this.#step(undo));
    this.#on(at('redo'), () => this.#step(redo));
    this.#on(at('leave'), () => this.#leave());
    this.#on(at('use'), async () => {
      await use(this.#trimap);
      this.#leave();
    });
    const keys = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'z' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      this.#step(event.shiftKey ? redo : undo);
      this.#show();
    };
    document.addEventListener('keydown', keys, { signal: this.#ended.signal });
  }

  #on(button: HTMLElement, work: () => unknown): void {
    button.addEventListener('click', () => {
      at('painter-message').textContent = '';
      Promise.resolve()
        .then(work)
        .catch((error: unknown) => (at('painter-message').textContent = wordsOf(error)))
        .finally(() => this.#show());
    });
  }

  #commit(before: Uint8Array): void {
    const edit = editBetween(before, this.#trimap, this.#size, [0, this.#size.height]);
    this.#history = record(this.#history, edit);
    this.#draw(rowsOf(edit, this.#size));
    this.#show();
  }

  #step(direction: typeof undo): void {
    const step = this.#brush.busy ? undefined : direction(this.#history);
    if (!step) return;
    applyEdit(this.#trimap, step.edit);
    this.#history = step.history;
    this.#draw(rowsOf(step.edit, this.#size));
  }

  #draw(rows: Rows): void {
    this.#overlay.draw({ trimap: this.#trimap, origin: 'painted' }, this.#size, rows, true);
  }

  /** Brings the buttons up to date. */
  #show(): void {
    if (this.#ended.signal.aborted) return;
    const { tool, value } = this.#brush.settings;
    for (const button of all('[data-paint]'))
      button.ariaPressed = String(tool !== 'eraser' && Number(button.dataset.paint) === value);
    for (const button of all('[data-tool]')) button.ariaPressed = String(button.dataset.tool === tool);
    at('undo', HTMLButtonElement).disabled = this.#history.done.length === 0;
    at('redo', HTMLButtonElement).disabled = this.#history.undone.length === 0;
  }

  #leave(): void {
    this.#ended.abort();
    this.#panes.close();
    at('painter').remove();
  }
}

async function takePicture(key: string): Promise<TakenPicture> {
  const taken = await call('/keyframe', key, { method: 'POST' });
  const path = taken.headers.get('Location')!;
  const [picture, trimap] = await Promise.all([
    taken.blob().then(createImageBitmap),
    call(path, key).then((response) => response.arrayBuffer()),
  ]);
  return { path, picture, trimap: new Uint8Array(trimap) };
}

async function call(path: string, key: string, request: RequestInit = {}): Promise<Response> {
  const response = await fetch(`${path}?key=${encodeURIComponent(key)}`, request);
  if (!response.ok) throw new Error(await response.text());
  return response;
}

function all(selector: string): NodeListOf<HTMLElement> {
  return document.querySelectorAll<HTMLElement>(selector);
}

/**
 * The large view: one picture of one method, the overview beside the window where that method does worst. Left and right
 * flip through the methods at the same place, up and down through matte, error and cut-out.
 */
const dialog = document.querySelector<HTMLDialogElement>('#viewer')!;
const part = (name: string): HTMLElement => dialog.querySelector(`[data-part="${name}"]`)!;
const large = part('large') as HTMLImageElement;
const title = part('title');
const caption = part('caption');
const detail = part('detail');
const detailCaption = part('detail-caption');
const columnButtons = part('columns');
const layerButtons = part('layers');

/** The row whose pictures are transparent, but for the reference's. */
const CUT_OUT = 2;

/** What is looked at: a picture, a column of its table (0 is the reference), a row, and the place shown in detail. */
const view = { article: undefined as HTMLElement | undefined, column: 0, layer: 0, place: 0 };

document.addEventListener('click', ({ target }) => {
  const shot = (target as Element).closest<HTMLElement>('button.shot');
  if (shot) open(shot);
});
dialog.addEventListener('click', ({ target }) => {
  const step = (target as Element).closest<HTMLElement>('button')?.dataset;
  if (target === dialog || step?.close !== undefined) dialog.close();
  if (step?.column !== undefined) show({ column: Number(step.column) });
  if (step?.layer !== undefined) show({ layer: Number(step.layer) });
  if (step?.picture !== undefined) neighbour(Number(step.picture));
});
dialog.addEventListener('keydown', (event) => {
  const action = KEYS[event.key];
  if (!action || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  action();
});

const KEYS: Readonly<Record<string, () => void>> = {
  ArrowLeft: () => show({ column: view.column - 1 }),
  ArrowRight: () => show({ column: view.column + 1 }),
  ArrowUp: () => show({ layer: view.layer - 1 }),
  ArrowDown: () => show({ layer: view.layer + 1 }),
  PageUp: () => neighbour(-1),
  PageDown: () => neighbour(1),
};

function open(shot: HTMLElement): void {
  const article = shot.closest('article')!;
  const column = Number(shot.dataset.column);
  view.article = article;
  view.place = placeOf(article, column);
  fill(
    columnButtons,
    shots(article, 0).map(({ dataset }) => dataset.name!),
    'column',
  );
  show({ column, layer: Number(shot.dataset.layer) });
  if (!dialog.open) dialog.showModal();
}

/** The window of a column's method; of the first that has one for the reference. */
function placeOf(article: HTMLElement, column: number): number {
  const own = shots(article, 0)[column]?.dataset.place;
  return Number(own ?? article.querySelector<HTMLElement>('button.shot[data-place]')?.dataset.place ?? -1);
}

/** A row's pictures, the reference first. */
function shots(article: HTMLElement, layer: number): HTMLElement[] {
  return [...article.querySelectorAll<HTMLElement>(`button.shot[data-layer="${layer}"]`)];
}

function show(change: { column?: number; layer?: number }): void {
  const { article } = view;
  if (!article) return;
  const columns = shots(article, 0).length;
  view.column = ((change.column ?? view.column) + columns) % columns;
  view.layer = ((change.layer ?? view.layer) + 3) % 3;
  const shot = shots(article, view.layer)[view.column]!;
  const source = shot.querySelector('img')!;
  title.textContent = article.dataset.name!;
  caption.textContent = source.alt;
  large.src = source.src;
  large.alt = source.alt;
  for (const picture of [large, detail]) {
    picture.classList.toggle('cut-out', view.layer === CUT_OUT && view.column > 0);
  }
  press(columnButtons, view.column);
  press(layerButtons, view.layer);
  showDetail(article, columns);
}

function showDetail(article: HTMLElement, columns: number): void {
  const place = article.querySelector<HTMLElement>(`.tile[data-place="${view.place}"]`);
  detail.hidden = !place;
  detailCaption.textContent = place ? `enlarged at ${place.dataset.where!}` : 'no error';
  if (!place) return;
  const { width, height } = place.dataset;
  detail.style.setProperty('--sheet', article.style.getPropertyValue(`--sheet-${view.place}`));
  for (const [name, value] of Object.entries({
    columns,
    column: view.column,
    row: view.layer,
    width,
    height,
  })) {
    detail.style.setProperty(`--${name}`, String(value));
  }
}

/** The same view of the next picture that is visible and has images. */
function neighbour(step: number): void {
  const all = [...document.querySelectorAll<HTMLElement>('#pictures article:not([hidden])')].filter(
    (article) => article === view.article || shots(article, 0).length > 0,
  );
  const next = all[all.indexOf(view.article!) + step];
  const column = next && shots(next, view.layer)[view.column];
  if (column) open(column);
}

function fill(group: HTMLElement, names: readonly string[], kind: 'column'): void {
  group.replaceChildren(
    ...names.map((name, index) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = name;
      button.dataset[kind] = String(index);
      return button;
    }),
  );
}

function press(group: HTMLElement, index: number): void {
  for (const [i, button] of [...group.children].entries()) {
    button.setAttribute('aria-pressed', String(i === index));
  }
}

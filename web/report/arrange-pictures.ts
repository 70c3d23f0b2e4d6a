/** Orders the pictures and hides those that are not asked for, as the form above them says. */
const form = document.querySelector<HTMLFormElement>('#arrange')!;
const list = document.querySelector<HTMLElement>('#pictures')!;
const shown = form.querySelector<HTMLOutputElement>('output')!;
const articles = [...list.querySelectorAll<HTMLElement>('article')];

type Scores = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** In the order of the set. */
const pictures = articles.map((article) => ({
  article,
  name: article.dataset.name!,
  scores: JSON.parse(article.dataset.scores!) as Scores,
}));

form.addEventListener('input', arrange);
form.addEventListener('submit', (event) => event.preventDefault());
// Browsers keep what was typed across a reload.
arrange();

function arrange(): void {
  const asked = new FormData(form);
  const text = (name: string): string => asked.get(name) as string;
  const score = ({ scores }: (typeof pictures)[number]): number | undefined =>
    scores[text('method')]?.[text('score')];
  const least = text('least') === '' ? -Infinity : Number(text('least'));
  const wanted = text('name').toLowerCase();

  const order = [...pictures];
  if (text('order') === 'name')
    order.sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
  // A picture that the method has no score for comes last, either way.
  if (text('order') === 'worst') order.sort((a, b) => (score(b) ?? -Infinity) - (score(a) ?? -Infinity));
  if (text('order') === 'best') order.sort((a, b) => (score(a) ?? Infinity) - (score(b) ?? Infinity));

  let count = 0;
  for (const picture of order) {
    const visible = picture.name.toLowerCase().includes(wanted) && (score(picture) ?? -Infinity) >= least;
    picture.article.hidden = !visible;
    if (visible) count += 1;
  }
  list.append(...order.map(({ article }) => article));
  shown.value = `${count} of ${pictures.length}`;
}

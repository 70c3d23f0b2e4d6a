/** Asks for one pair after another; what was answered is the server's to know, so a reload goes on where it stopped. */

interface Question {
  readonly done: number;
  readonly total: number;
  readonly trial?: { readonly id: string; readonly left: string; readonly right: string };
}

const STORED = 'matteflow-study-observer';
const at = (id: string): HTMLElement => document.getElementById(id)!;
const [left, right] = [at('left'), at('right')] as [HTMLImageElement, HTMLImageElement];
const pair = at('pair');
const form = at('start') as HTMLFormElement;

/** The question that can be answered now, and since when both of its pictures have been visible (ms). */
let open: { readonly id: string; readonly since: number } | undefined;
/** What to do once the person has read what went wrong. */
let again: () => Promise<void> = ask;

const KEYS: Readonly<Record<string, string>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowDown: 'unsure',
};

document.addEventListener('keydown', (event) => {
  const choice = KEYS[event.key];
  if (!choice || !open || event.repeat || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  answer(choice);
});
document.addEventListener('click', ({ target }) => {
  const choice = (target as Element).closest<HTMLElement>('[data-choice]')?.dataset.choice;
  if (choice) answer(choice);
});
form.addEventListener('submit', (event) => {
  event.preventDefault();
  localStorage.setItem(STORED, (new FormData(form).get('observer') as string).trim());
  attempt(ask);
});
at('other').addEventListener('click', () => {
  localStorage.removeItem(STORED);
  form.reset();
  show('start');
});
at('again').addEventListener('click', () => attempt(again));

if (localStorage.getItem(STORED) === null) show('start');
else attempt(ask);

function observer(): string {
  return localStorage.getItem(STORED) ?? '';
}

async function ask(): Promise<void> {
  const question = (await (
    await call(`/question?observer=${encodeURIComponent(observer())}`)
  ).json()) as Question;
  const { trial } = question;
  if (!trial) {
    show('end');
    return;
  }
  // Neither is to be seen before the other, nor beside one of the pair before.
  pair.style.visibility = 'hidden';
  left.src = `/composites/${trial.left}`;
  right.src = `/composites/${trial.right}`;
  await Promise.all([left.decode(), right.decode()]);
  at('count').textContent = `${question.done} of ${question.total}`;
  (at('progress') as HTMLProgressElement).value = question.done / question.total;
  show('trial');
  pair.style.visibility = 'visible';
  open = { id: trial.id, since: performance.now() };
}

function answer(choice: string): void {
  if (!open) return;
  const { id, since } = open;
  open = undefined;
  const body = JSON.stringify({
    observer: observer(),
    trial: id,
    choice,
    seconds: (performance.now() - since) / 1000,
  });
  attempt(async () => {
    await call('/votes', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
    await ask();
  });
}

async function call(path: string, request?: RequestInit): Promise<Response> {
  const response = await fetch(path, request);
  if (!response.ok) throw new Error(await response.text());
  return response;
}

/** Does what may fail; the person is told, and can have it tried again. */
function attempt(work: () => Promise<void>): void {
  again = work;
  work().catch((error: unknown) => {
    at('message').textContent = error instanceof Error ? error.message : String(error);
    show('fault');
  });
}

function show(id: string): void {
  for (const part of ['start', 'trial', 'end', 'fault']) at(part).hidden = part !== id;
}

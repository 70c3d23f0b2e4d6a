import { BASE_STYLE } from '../report/base-style.js';
import { html } from '../report/html.js';
import { closePage, openPage, readScript, type PageFrame } from '../report/page.js';

const STYLE = `
html, body { height: 100%; }
body { display: flex; flex-direction: column; background: #777; color: #fff; }
main { flex: 1; min-height: 0; display: flex; flex-direction: column; gap: .75rem; padding: 1rem; }
[hidden] { display: none !important; }
.card { margin: auto; max-width: 34rem; padding: 2rem; border-radius: 12px; background: var(--panel); color: var(--ink); }
.card label { display: block; margin: 1rem 0; }
.card input { display: block; width: 100%; margin-top: .3rem; }
.primary { background: var(--accent); border-color: var(--accent); color: var(--ground); padding: .5rem 1.25rem; }
header { display: flex; gap: 1rem; align-items: baseline; }
header h1 { font-size: 1.15rem; margin: 0 auto 0 0; }
.pair { flex: 1; min-height: 0; display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; }
/* Nothing is drawn round the one that the pointer happens to be on: it would be preferred. */
.pair button { min-width: 0; min-height: 0; padding: 0; border: 0; border-radius: 0; background: none; }
.pair img { display: block; width: 100%; height: 100%; object-fit: contain; }
.answers { display: grid; grid-template-columns: 1fr auto 1fr; gap: 1rem; }
.answers button { padding: .5rem 1.25rem; color: var(--ink); }
.stacked { display: none; }
#count { white-space: nowrap; }
progress { width: min(12rem, 25vw); }
@media (max-width: 700px) {
  .pair { grid-template-columns: 1fr; grid-template-rows: 1fr 1fr; }
  .beside { display: none; }
  .stacked { display: inline; }
}
`;

/** The page on which observers compare; all it knows of the study it asks the server for. */
export async function studyPage(): Promise<string> {
  const frame: PageFrame = {
    title: 'Which matte is better?',
    style: BASE_STYLE + STYLE,
    scripts: [await readScript('study/study')],
    allow: "img-src 'self' data:; connect-src 'self'",
  };
  const body = html`<main>
    <form id="start" class="card" hidden>
      <h1>Which matte is better?</h1>
      <p>
        You will see the same subject twice, cut out in two ways and laid over black or white. Choose the one
        that looks more accurate and more realistic: look at edges, at hair, at holes.
      </p>
      <p>← the left one, → the right one, ↓ you cannot tell. You can stop at any time and go on later.</p>
      <label>Your name, if you like <input name="observer" maxlength="80" autocomplete="name" /></label>
      <button class="primary">Begin</button>
    </form>
    <section id="trial" hidden style="display: contents">
      <header>
        <h1>Which is more accurate and more realistic?</h1>
        <span id="count"></span><progress id="progress" max="1" value="0"></progress>
      </header>
      <div id="pair" class="pair">
        <button type="button" data-choice="left" tabindex="-1"><img id="left" alt="left composite" /></button>
        <button type="button" data-choice="right" tabindex="-1">
          <img id="right" alt="right composite" />
        </button>
      </div>
      <div class="answers">
        <button type="button" data-choice="left">
          <span class="beside">← left</span><span class="stacked">upper</span>
        </button>
        <button type="button" data-choice="unsure"><span class="beside">↓ </span>cannot tell</button>
        <button type="button" data-choice="right">
          <span class="beside">right →</span><span class="stacked">lower</span>
        </button>
      </div>
    </section>
    <section id="end" class="card" hidden>
      <h1>Thank you</h1>
      <p>All pairs are answered. You can close this page.</p>
      <button type="button" id="other">Another observer</button>
    </section>
    <section id="fault" class="card" role="alert" hidden>
      <h1>That did not work</h1>
      <p id="message"></p>
      <button type="button" class="primary" id="again">Try again</button>
    </section>
  </main>`;
  return `${openPage(frame).text}${body.text}${closePage(frame).text}`;
}

/** Bits of the frame number that the picture carries, and of a check on them: a code that is read beside its place differs. */
const NUMBER_BITS = 9;
const BITS = NUMBER_BITS + 3;
/** Numbers after which it starts again. */
export const CYCLE: number = 2 ** NUMBER_BITS;
/** One that is lit and one that is dark, then two for each bit: itself and its opposite. */
const STRIPES = 2 + 2 * BITS;
const STRIPE = 16;

/** Pixels. The subject is a board with a bar code, before a wall. */
export const SCENE = { width: 640, height: 360 } as const;
const BOARD = { top: 60, height: 240, width: STRIPE * STRIPES } as const;

/** Where the board's left edge is: it moves by a step a frame and back, so that alpha alone nearly tells the frame. */
export function boardLeft(frame: number): number {
  const phase = frame % 60;
  return 40 + 4 * (phase < 30 ? phase : 60 - phase);
}

/** The wall, and before it the board with the frame's number, if it is there; interleaved R′G′B′. */
export function drawScene(rgb: Uint8Array, frame: number, present: boolean): void {
  const left = boardLeft(frame);
  for (let y = 0, at = 0; y < SCENE.height; y++) {
    const inRows = present && y >= BOARD.top && y < BOARD.top + BOARD.height;
    for (let x = 0; x < SCENE.width; x++, at += 3) {
      const tile = ((x >> 5) * 7 + (y >> 5) * 3) % 5;
      const onBoard = inRows && x >= left && x < left + BOARD.width;
      const lit = onBoard && bit(frame, Math.floor((x - left) / STRIPE));
      rgb[at] = onBoard ? (lit ? 250 : 190) : 30 + 8 * tile;
      rgb[at + 1] = onBoard ? (lit ? 240 : 60) : 40 + 10 * tile;
      rgb[at + 2] = onBoard ? (lit ? 200 : 40) : 90 - 9 * tile;
    }
  }
}

/** Stripe 0 is lit, stripe 1 dark; then the number and its check, lowest bit first. */
function bit(frame: number, stripe: number): boolean {
  if (stripe < 2) return stripe === 0;
  const number = frame % CYCLE;
  const code = number | (checkOf(number) << NUMBER_BITS);
  const value = ((code >> ((stripe - 2) >> 1)) & 1) === 1;
  return stripe % 2 === 0 ? value : !value;
}

/** Part of the page's script too, as it stands here. */
function checkOf(number: number): number {
  return (number ^ (number >> 3) ^ (number >> 6)) & 7;
}

/** Steps of 255 that a lit stripe is brighter at least; the code's own difference is 180. */
const LEAST_CONTRAST = 60;

/** Alpha from which a pixel counts as the subject; below one less this, as background. */
const OPAQUE = 0.95;
/** Pixels on either side of the outline, where alpha may be anything. */
const EDGE = 8;

/**
 * A script for the viewer's page: notes, for every picture that is drawn, when that was, the number in its colour, and
 * where its alpha begins and ends, from either of which the number is read; it is -1 where a bit and its opposite do not differ as
 * they should, or the check is not the number's, so that what is misread is known; and how much of the board shines through and of
 * what is beside it does not. Results are in `window.seen`.
 */
export const WATCH_SCRIPT: string = String.raw`(() => {
  ${checkOf.toString()}
  const canvas = document.getElementById('picture');
  const copy = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  window.seen = [];
  new MutationObserver(() => {
    const at = performance.timeOrigin + performance.now();
    const width = canvas.width;
    copy.canvas.width = width;
    copy.canvas.height = 1;
    copy.drawImage(canvas, 0, -${BOARD.top + BOARD.height / 2});
    const { data } = copy.getImageData(0, 0, width, 1);
    let left = 0;
    while (left < width && data[4 * left + 3] < 128) left += 1;
    let right = width - 1;
    while (right > left && data[4 * right + 3] < 128) right -= 1;
    const numberAt = (start) => {
      const green = (n) => data[4 * (start + ${STRIPE} * n + ${STRIPE / 2}) + 1];
      let code = 0;
      let clear = green(0) - green(1) > ${LEAST_CONTRAST};
      for (let n = 0; n < ${BITS}; n += 1) {
        const difference = green(2 + 2 * n) - green(3 + 2 * n);
        if (difference > 0) code += 2 ** n;
        clear = clear && Math.abs(difference) > ${LEAST_CONTRAST};
      }
      const number = code % ${CYCLE};
      return clear && code >> ${NUMBER_BITS} === checkOf(number) ? number : -1;
    };
    const number = Math.max(numberAt(left), numberAt(right + 1 - ${BOARD.width}));
    const share = (from, to, isWrong) => {
      let wrong = 0;
      for (let x = from; x < to; x += 1) if (isWrong(data[4 * x + 3] / 255)) wrong += 1;
      return wrong / Math.max(1, to - from);
    };
    const isThin = (alpha) => alpha < ${OPAQUE};
    const isThere = (alpha) => alpha > 1 - ${OPAQUE};
    const thin = share(left + ${EDGE}, right + 1 - ${EDGE}, isThin);
    const beside = Math.max(share(0, left - ${EDGE}, isThere), share(right + 1 + ${EDGE}, width, isThere));
    window.seen.push({ at, time: Number(canvas.dataset.shown), number, left, right, thin, beside });
  }).observe(canvas, { attributeFilter: ['data-shown'] });
})()`;

/** Pixels of the board. */
export const BOARD_WIDTH: number = BOARD.width;

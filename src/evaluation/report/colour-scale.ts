/** The error that the scale's bright end stands for; larger ones look the same. */
export const SCALE_TOP = 0.5;

const ENTRIES = 256;
/** Points of the path that is walked, many enough for its length to be measured. */
const FINE = 4096;

type Triple = readonly [number, number, number];

/**
 * R′G′B′ of 256 equal steps of error from 0 to `SCALE_TOP`, interleaved: from near black through purple and red to a
 * light yellow. Lightness grows all the way, so the order survives a grey print and any kind of colour vision; the
 * path is walked at constant speed in OKLab, where equal distances look alike (Björn Ottosson, "A perceptual color space
 * for image processing", 2020).
 */
export const ERROR_SCALE: Uint8Array = evenScale();

/** The scale for a legend: `count` CSS colours, ends included. */
export function scaleStops(count: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    const at = 3 * Math.round((i * (ENTRIES - 1)) / (count - 1));
    return `rgb(${ERROR_SCALE.slice(at, at + 3).join(' ')})`;
  });
}

function evenScale(): Uint8Array {
  const path = Array.from({ length: FINE }, (_, i) => pathColour(i / (FINE - 1)));
  const walked = [0];
  for (let i = 1; i < FINE; i++) walked.push(walked[i - 1]! + distance(path[i]!, path[i - 1]!));
  const scale = new Uint8Array(3 * ENTRIES);
  for (let entry = 0, i = 0; entry < ENTRIES; entry++) {
    const target = (walked[FINE - 1]! * entry) / (ENTRIES - 1);
    while (walked[i]! < target && i < FINE - 1) i++;
    scale.set(linearRgb(path[i]!).map(encoded), 3 * entry);
  }
  return scale;
}

/** OKLab at t of the path: lightness in a line, hue from 290° by red to 100°, as colourful as sRGB allows in between. */
function pathColour(t: number): Triple {
  const lightness = 0.14 + 0.82 * t;
  const hue = ((290 + 170 * t) * Math.PI) / 180;
  let chroma = 0.04 + 0.18 * Math.sin(Math.PI * Math.min(1, 0.05 + 0.95 * t));
  const colour = (): Triple => [lightness, chroma * Math.cos(hue), chroma * Math.sin(hue)];
  while (chroma > 0 && linearRgb(colour()).some((value) => value < 0 || value > 1)) chroma -= 0.0005;
  return colour();
}

/** Linear sRGB of an OKLab colour. */
function linearRgb([lightness, a, b]: Triple): Triple {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

/** The sRGB transfer function (IEC 61966-2-1), to a byte. */
function encoded(value: number): number {
  const clipped = Math.min(Math.max(value, 0), 1);
  return Math.round(255 * (clipped <= 0.0031308 ? 12.92 * clipped : 1.055 * clipped ** (1 / 2.4) - 0.055));
}

function distance(one: Triple, other: Triple): number {
  return Math.hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2]);
}

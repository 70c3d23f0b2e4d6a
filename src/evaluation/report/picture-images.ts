import sharp, { type WebpOptions } from 'sharp';
import type { Picture } from '../results.js';
import { cutOut } from './cut-out.js';
import { detailSheet, LAYERS, type Layers } from './detail-sheet.js';
import { paintError, unknownError } from './error-map.js';
import { eightBit, greyFrom } from './pixels.js';
import { worstPlaces, type Place } from './worst-place.js';

/** Longest side of the pictures in the overview, pixels. */
const THUMBNAIL = 480;

/** Mattes are the data that is judged: an encoder's ripples beside their edges would pass for errors. */
const EXACT: WebpOptions = { lossless: true, effort: 2 };

/** An encoded picture: WebP. */
export type Encoded = Uint8Array;

/** What the report shows of one picture. */
export interface PictureImages {
  /** Of every overview picture, pixels. */
  readonly width: number;
  readonly height: number;
  /** The exact matte, the trimap and the image itself. */
  readonly reference: Layers<Encoded>;
  /** A method's matte, its error map, and the subject cut out by it. */
  readonly methods: ReadonlyMap<string, Layers<Encoded>>;
  /** Windows in which a method does worst, each with a sheet of all methods there (see `detailSheet`). */
  readonly details: readonly (Place & { readonly sheet: Encoded })[];
  /** Index into `details` by method; none where a method makes no error. */
  readonly detailOf: ReadonlyMap<string, number>;
  /** Of all encoded pictures together. */
  readonly bytes: number;
}

/**
 * Draws and encodes what the report shows of a picture.
 *
 * @param mattes - alpha 0..1 by method, the image's size, in the order of the columns
 * @throws RangeError when a matte has another size
 */
export async function drawPicture(
  { name, image, trimap, truth }: Picture,
  mattes: ReadonlyMap<string, Float32Array>,
): Promise<PictureImages> {
  const { width, height } = image.format;
  const errors = new Map<string, Float32Array>();
  const methods = new Map<string, Layers<Uint8Array>>();
  for (const [method, alpha] of mattes) {
    if (alpha.length !== truth.length) {
      throw new RangeError(`${method} on ${name} has ${alpha.length} pixels, not ${width}×${height}`);
    }
    const error = unknownError(alpha, truth, trimap);
    errors.set(method, error);
    methods.set(method, {
      matte: greyFrom(alpha),
      error: paintError(error, trimap),
      cutOut: cutOut(image, alpha),
    });
  }
  const reference = { matte: greyFrom(truth), error: trimap, cutOut: eightBit(image) };
  const { places, placeOf } = worstPlaces(errors, image.format);
  const columns = [reference, ...methods.values()];

  const size = thumbnailSize(width, height);
  const encodedReference = await thumbnails(reference, image.format, size);
  const encodedMethods = new Map<string, Layers<Encoded>>();
  for (const [method, layers] of methods) {
    encodedMethods.set(method, await thumbnails(layers, image.format, size));
  }
  const details: (Place & { readonly sheet: Encoded })[] = [];
  for (const place of places) details.push({ ...place, sheet: await detailSheet(columns, width, place) });
  const overviews = [encodedReference, ...encodedMethods.values()].flatMap((layers) =>
    LAYERS.map((layer) => layers[layer]),
  );
  const encoded = [...overviews, ...details.map(({ sheet }) => sheet)];
  return {
    ...size,
    reference: encodedReference,
    methods: encodedMethods,
    details,
    detailOf: placeOf,
    bytes: encoded.reduce((sum, { byteLength }) => sum + byteLength, 0),
  };
}

function thumbnailSize(width: number, height: number): { width: number; height: number } {
  const scale = Math.min(1, THUMBNAIL / Math.max(width, height));
  const side = (length: number): number => Math.max(1, Math.round(length * scale));
  return { width: side(width), height: side(height) };
}

async function thumbnails(
  { matte, error, cutOut: cut }: Layers<Uint8Array>,
  full: { readonly width: number; readonly height: number },
  size: { readonly width: number; readonly height: number },
): Promise<Layers<Encoded>> {
  const encode = (data: Uint8Array): Promise<Encoded> => {
    const channels = (data.length / (full.width * full.height)) as 1 | 3 | 4;
    return sharp(data, { raw: { width: full.width, height: full.height, channels } })
      .resize(size.width, size.height, { fit: 'fill' })
      .webp(channels === 1 ? EXACT : { quality: 82, effort: 2 })
      .toBuffer();
  };
  return { matte: await encode(matte), error: await encode(error), cutOut: await encode(cut) };
}

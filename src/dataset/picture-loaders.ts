import sharp from 'sharp';

/** The pictures that trimaps, masks and plates may be, as libvips calls their loaders. */
const LOADERS = ['Png', 'Jpeg', 'Tiff', 'Webp'].map((name) => `VipsForeignLoad${name}`);

/**
 * Lets libvips read nothing but plain pictures, in this process for good: it goes by what a file holds, and an SVG or a PDF
 * that is named .png can name other files.
 */
export function restrictPictureLoaders(): void {
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: LOADERS });
}

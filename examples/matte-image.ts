/** Mattes one image and prints how long it took: node matte-image.js IMAGE TRIMAP OUTPUT.png */
import { matteImage, MatteflowError } from 'matteflow';

const [image, trimap, output] = process.argv.slice(2);
if (!image || !trimap || !output) throw new Error('three names are needed: IMAGE TRIMAP OUTPUT.png');

try {
  const result = await matteImage({ image, trimap, output });
  console.log(`${result.output}: ${result.width}×${result.height}, ${result.seconds.toFixed(1)} s`);
} catch (error) {
  if (!(error instanceof MatteflowError)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = 1;
}

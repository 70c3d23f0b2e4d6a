import { MediaSourceSound } from './media-source-sound.js';
import type { SoundPlayer } from './sound.js';
import { WebCodecsSound } from './web-codecs-sound.js';

/**
 * A stream's sound, off until the button is pressed: browsers let no page begin by itself.
 *
 * @param webCodecs - whether the pictures are decoded with it
 * @param atOnce - begins by itself where the browser lets it, as OBS does
 */
export function soundWithButton(button: HTMLElement, webCodecs: boolean, atOnce: boolean): SoundPlayer {
  const sound = webCodecs && 'AudioDecoder' in window ? new WebCodecsSound() : new MediaSourceSound();
  const { dataset } = document.body;
  const toggle = async (): Promise<void> => {
    const wasOn = dataset.sound === 'on';
    if (wasOn) sound.mute();
    const isOn = !wasOn && (await sound.play());
    dataset.sound = isOn ? 'on' : 'off';
    button.textContent = isOn ? 'Sound off' : 'Sound on';
  };
  button.addEventListener('click', () => void toggle());
  if (atOnce) void toggle();
  return sound;
}

/** How plots stand on a page, light or dark. */
export const PLOT_STYLE = `
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 500px), 1fr)); gap: 1rem; }
.plot { margin: 0; border: 1px solid var(--line); border-radius: 8px; overflow: hidden; background: #fff; }
.plot svg { display: block; width: 100%; height: auto; }
@media (prefers-color-scheme: dark) {
  /* Light and dark change places, the hues stay. */
  .plot { background: #000; filter: invert(.92) hue-rotate(180deg); border-color: #ccc; }
}
`;

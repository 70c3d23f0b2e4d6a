/** The QC page's own style, after the base and the plots'. */
export const QC_STYLE = `
main { max-width: 1440px; margin: 0 auto; padding: 2rem clamp(1rem, 3vw, 3rem) 4rem; }
section { margin-top: 2.5rem; }
.facts { display: flex; flex-wrap: wrap; gap: .35rem 2rem; margin: 0; }
.facts dt { color: var(--quiet); font-size: .82rem; }
.facts dd { margin: 0; }
.sheet { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 400px), 1fr)); gap: 1rem; }
.sheet figure { margin: 0; background: var(--panel); border: 1px solid var(--line); border-radius: 8px; overflow: hidden; }
.sheet .pictures { display: grid; grid-template-columns: 1fr 1fr 1fr; gap: 1px; }
.sheet img { display: block; width: 100%; height: auto; background: var(--known); }
.sheet figcaption { padding: .4rem .7rem; }
table { border-collapse: collapse; }
th, td { padding: .3rem .9rem .3rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; font-weight: 400; }
th { color: var(--quiet); white-space: nowrap; }
@media print { .sheet figure, .plot { break-inside: avoid; } }
`;

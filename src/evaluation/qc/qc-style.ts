/** The QC page's own style, after the others. */
export const QC_STYLE = `
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

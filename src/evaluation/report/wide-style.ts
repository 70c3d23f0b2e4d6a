/** A wide page of sections, its facts at the top: after the base. */
export const WIDE_STYLE = `
main { max-width: 1440px; margin: 0 auto; padding: 2rem clamp(1rem, 3vw, 3rem) 4rem; }
section { margin-top: 2.5rem; }
.facts { display: flex; flex-wrap: wrap; gap: .35rem 2rem; margin: 0; }
.facts dt { color: var(--quiet); font-size: .82rem; }
.facts dd { margin: 0; }
`;

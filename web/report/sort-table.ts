/** Sorts a table by the column whose heading's button is pressed; pressed again, the other way round. */
for (const button of document.querySelectorAll<HTMLButtonElement>('table.sortable th button')) {
  button.addEventListener('click', () => {
    const heading = button.closest('th')!;
    const ascending = heading.getAttribute('aria-sort') !== 'ascending';
    for (const other of heading.parentElement!.children) other.removeAttribute('aria-sort');
    heading.setAttribute('aria-sort', ascending ? 'ascending' : 'descending');
    sortRows(heading.closest('table')!.tBodies[0]!, heading.cellIndex, ascending);
  });
}

/** By the exact numbers in `data-value` where the cells have them, else by their text. */
function sortRows(body: HTMLTableSectionElement, column: number, ascending: boolean): void {
  const direction = ascending ? 1 : -1;
  const order = new Intl.Collator(undefined, { numeric: true });
  const compare = (one: HTMLTableCellElement, other: HTMLTableCellElement): number =>
    one.dataset.value === undefined || other.dataset.value === undefined
      ? order.compare(one.innerText, other.innerText)
      : Number(one.dataset.value) - Number(other.dataset.value);
  body.append(
    ...[...body.rows].sort((one, other) => direction * compare(one.cells[column]!, other.cells[column]!)),
  );
}

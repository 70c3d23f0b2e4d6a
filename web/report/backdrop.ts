/** What the cut-outs lie on. */
for (const choice of document.querySelectorAll<HTMLInputElement>('input[name="backdrop"]')) {
  if (choice.checked) document.body.dataset.backdrop = choice.value;
  choice.addEventListener('change', () => {
    document.body.dataset.backdrop = choice.value;
  });
}

// Filters the list of endpoints while somebody types; without it the page shows them all.
const search = document.querySelector('input[type="search"]');
const none = document.querySelector('.none');
search.hidden = false;
search.addEventListener('input', () => {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  for (const section of document.querySelectorAll('section')) {
    let shown = 0;
    for (const endpoint of section.querySelectorAll('details')) {
      const text = endpoint.dataset.text;
      endpoint.hidden = !words.every((word) => text.includes(word));
      if (!endpoint.hidden) shown += 1;
    }
    section.hidden = shown === 0;
    found += shown;
  }
  none.hidden = found > 0;
});

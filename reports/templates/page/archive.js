const search = document.querySelector("[role=search]");
const field = search.querySelector("input[type=search]");
const status = search.querySelector("[role=status]");
const sections = [...document.querySelectorAll("section.month")];
const recaps = [...document.querySelectorAll("tr.recap")].map((row) => ({
  row,
  square: document.querySelector(`td[data-day="${row.id}"]`),
  assets: row.dataset.assets.toUpperCase().split(" "),
  words: `${row.id} ${row.textContent}`.toLowerCase().split(/[\s,;:]+/),
}));
const known = new Set(recaps.flatMap((recap) => recap.assets));
const has = (recap) => (word) =>
  known.has(word.toUpperCase())
    ? recap.assets.includes(word.toUpperCase())
    : recap.words.some((other) => other.startsWith(word));
const filter = () => {
  const words = field.value.toLowerCase().split(/[\s,;:]+/).filter(Boolean);
  for (const recap of recaps) {
    recap.row.hidden = !words.every(has(recap));
    recap.square.classList.toggle("off", recap.row.hidden);
  }
  for (const section of sections) section.hidden = !section.querySelector("tr.recap:not([hidden])");
  const shown = recaps.filter((recap) => recap.row.getClientRects().length).length;
  status.textContent = `${shown} of ${recaps.length} days`;
};
search.querySelector(".words").hidden = false;
field.addEventListener("input", filter);
search.addEventListener("change", filter);
filter();

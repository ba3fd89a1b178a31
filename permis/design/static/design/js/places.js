// Suggestions of communes while one types. The page works without them: the server checks what is sent.
//
// Boxes say what they are: data-places="town" (with the postcode of the same address) or "birth" (a place of
// birth in France), and data-places-url. Nothing is announced and nothing typed is ever replaced;
// a town is written for the person only when the postcode has a single commune and the box is still empty.

const PAUSE_MS = 200; // after the last key
const SHORTEST = 2; // letters before we ask

const answers = new Map(); // address → promise of communes, for the life of the page

/** The communes for what was typed; none when the server does not answer. */
function ask(base, query) {
  const url = `${base}?${new URLSearchParams(query)}`;
  if (!answers.has(url)) {
    answers.set(url, fetch(url, { credentials: "omit", headers: { Accept: "application/json" } })
      .then((response) => (response.ok ? response.json() : { communes: [] }))
      .then((said) => said.communes)
      .catch(() => { answers.delete(url); return []; }));
  }
  return answers.get(url);
}

/** The list that the browser shows under a box, made once. */
function listOf(box) {
  if (box.list) return box.list;
  const list = document.createElement("datalist");
  list.id = `${box.id}-communes`;
  box.after(list);
  box.setAttribute("list", list.id);
  return list;
}

function fill(box, words) {
  listOf(box).replaceChildren(...[...new Set(words)].map((word) => {
    const option = document.createElement("option");
    option.value = word;
    return option;
  }));
}

/** Calls `act` a moment after the last key. */
function afterTyping(box, act) {
  let timer;
  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(act, PAUSE_MS);
  });
}

function home(town, postcode) {
  let asked = "";
  const look = async () => {
    const cp = postcode?.value.replace(/\s/g, "") ?? "";
    const whole = /^\d{5}$/.test(cp);
    const q = town.value.trim();
    if (!whole && q.length < SHORTEST) return;
    const query = { ...(whole && { cp }), ...(q && { q }) };
    asked = JSON.stringify(query);
    const found = await ask(town.dataset.placesUrl, query);
    if (asked !== JSON.stringify(query)) return; // an older answer that came late
    fill(town, found.map((commune) => commune.name));
    if (whole && !q && found.length === 1 && !town.value && document.activeElement !== town) {
      town.value = found[0].name;
      town.dispatchEvent(new Event("input", { bubbles: true })); // so that it is kept like what is typed
    }
  };
  if (postcode) afterTyping(postcode, look);
  afterTyping(town, look);
  town.addEventListener("focus", look, { once: true });
}

function birth(box, country) {
  const look = async () => {
    const q = box.value.trim();
    if ((country && country.value !== "FR") || q.length < SHORTEST) {
      if (box.list) fill(box, []);
      return;
    }
    const found = await ask(box.dataset.placesUrl, { q, naissance: "1" });
    if (q === box.value.trim()) fill(box, found.map((commune) => commune.label));
  };
  afterTyping(box, look);
}

for (const box of document.querySelectorAll('input[data-places="town"]')) {
  const named = box.name.replace(/town$/, "postcode");
  home(box, box.form?.querySelector(`input[name="${CSS.escape(named)}"]`));
}
for (const box of document.querySelectorAll('input[data-places="birth"]')) {
  const named = box.name.replace("place", "country");
  birth(box, box.form?.querySelector(`select[name="${CSS.escape(named)}"]`));
}
